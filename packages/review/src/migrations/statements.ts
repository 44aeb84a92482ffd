/** The statements of a migration in order, each with the transaction it runs in; blocks of PL/pgSQL opened. */
import type { Node } from 'libpg-query'
import { statementsOfBlock } from './blocks.js'
import type { Migration, Piece } from './migration.js'
import { parseStatements, type Parsed } from './parser.js'
import { fillPlaceholders, splitScript } from './split.js'

export interface Statement {
  readonly node: Node
  readonly sql: string
  readonly piece: Piece
  /** In `piece.sql`. */
  readonly start: number
  readonly end: number
  readonly offsetOf: (location: number) => number
  /** Statements with the same number commit together. */
  readonly transaction: number
  /** Why it is in a transaction; undefined where it commits by itself, or nobody can tell. */
  readonly inside: 'wrapped' | 'batch' | 'begun' | 'block' | undefined
  /** Whether a loop of PL/pgSQL runs it. */
  readonly isLooped: boolean
}

export interface Script {
  readonly statements: readonly Statement[]
  /** Why something of it could not be read; empty where all was. */
  readonly failures: readonly { readonly offset: number; readonly reason: string }[]
}

/** `number` tells this migration from the others of its history. */
export function statementsOf(migration: Migration, number = 0): Script {
  const failures: { offset: number; reason: string }[] = []
  const statements: Statement[] = []
  const clock = new Transactions(migration.transaction, number * TRANSACTIONS_MAX)
  for (const piece of migration.pieces) {
    const parsed = parsePiece(piece, failures)
    clock.beginPiece(parsed.length)
    for (const one of parsed) {
      const at = clock.next(one.node)
      const sql = piece.sql.slice(one.start, one.end)
      statements.push({ ...one, ...at, sql, piece, isLooped: false })
      if (!('DoStmt' in one.node)) continue
      for (const inner of statementsOfBlock(sql))
        statements.push({
          ...inner.parsed,
          start: one.start + inner.start,
          end: one.start + inner.end,
          sql: sql.slice(inner.start, inner.end),
          offsetOf: (location) => one.start + inner.base + inner.parsed.offsetOf(location),
          piece,
          transaction: at.transaction,
          inside: 'block',
          isLooped: inner.isLooped,
        })
    }
  }
  return { statements, failures }
}

function parsePiece(piece: Piece, failures: { offset: number; reason: string }[]): Parsed[] {
  const whole = parseStatements(piece.sql)
  if (typeof whole !== 'string') return whole
  const all: Parsed[] = []
  for (const cut of splitScript(piece.sql)) {
    let parsed = parseStatements(cut.sql)
    if (typeof parsed === 'string') {
      const filled = fillPlaceholders(cut.sql)
      const again = filled === cut.sql ? parsed : parseStatements(filled)
      if (typeof again === 'string') {
        const blank = cut.sql.length - cut.sql.trimStart().length
        failures.push({ offset: piece.at(cut.start + blank), reason: parsed })
        continue
      }
      parsed = again
    }
    for (const one of parsed)
      all.push({
        node: one.node,
        start: cut.start + one.start,
        end: cut.start + one.end,
        offsetOf: (location) => cut.start + one.offsetOf(location),
      })
  }
  return all
}

/** More than one migration can hold. */
const TRANSACTIONS_MAX = 10_000_000

/** Follows BEGIN and COMMIT through a migration. */
class Transactions {
  private readonly mode: Migration['transaction']
  private number: number
  private isBegun = false
  private isWrapped: boolean
  private isBatch = false

  constructor(mode: Migration['transaction'], number: number) {
    this.mode = mode
    this.number = number
    this.isWrapped = mode === 'wrapped'
  }

  beginPiece(statements: number): void {
    this.isBatch = this.mode === 'batch' && statements > 1
    if (!this.isWrapped && !this.isBegun) this.number++
  }

  next(node: Node): Pick<Statement, 'transaction' | 'inside'> {
    const kind = 'TransactionStmt' in node ? node.TransactionStmt.kind : undefined
    if (kind === 'TRANS_STMT_BEGIN' || kind === 'TRANS_STMT_START') {
      if (!this.isWrapped) this.number++
      this.isBegun = true
    } else if (kind === 'TRANS_STMT_COMMIT' || kind === 'TRANS_STMT_ROLLBACK') {
      this.number++
      this.isBegun = this.isWrapped = false
    } else if (this.mode === 'each' && !this.isBegun) this.number++
    const inside = this.isWrapped ? 'wrapped' : this.isBegun ? 'begun' : this.isBatch ? 'batch' : undefined
    return { transaction: this.number, inside }
  }
}
