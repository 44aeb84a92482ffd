/** What a rule about migrations is, and what it is shown: one statement, and the schema as it is just before it. */
import type { AlterTableCmd } from 'libpg-query'
import type { Confidence } from '../finding.js'
import type { Severity } from '@keelson/rulebook'
import type { History, Migration } from './migration.js'
import { nameOfRange } from './names.js'
import { tokensOf } from './parser.js'
import type { Schema, Table } from './schema.js'
import type { Statement } from './statements.js'

export interface Scene {
  readonly statement: Statement
  readonly schema: Schema
  readonly history: History
  readonly migration: Migration
  /** All statements of the migration, for those rules that look before or behind. */
  readonly statements: readonly Statement[]
  /** Tables that the settings call small, by their names. */
  readonly smallTables: ReadonlySet<string>
  readonly isLockTimeoutElsewhere: boolean
}

export interface Sighting {
  /** In the SQL of the statement's piece. */
  readonly start: number
  readonly end: number
  readonly message: string
  readonly fix: string
  readonly severity?: Severity
  readonly confidence?: Confidence
  /** Insertions, in the SQL of the piece. */
  readonly insert?: readonly { readonly at: number; readonly text: string }[]
  /** The finding is void if this table is gone in the end. */
  readonly table?: Table
  /** Asked once the migration has been followed to its end; the finding is void where it answers false. */
  readonly holds?: (schema: Schema) => boolean
}

export interface MigrationRule {
  readonly id: string
  readonly title: string
  readonly severity: Severity
  look(scene: Scene): Iterable<Sighting>
}

export interface Part {
  readonly cmd: AlterTableCmd
  readonly table: Table
  readonly start: number
  readonly end: number
  readonly sql: string
}

/** The commands of an `ALTER TABLE` with the places of each; none for other statements. */
export function partsOf({ statement, schema }: Scene): Part[] {
  const { node, sql, start, end } = statement
  if (!('AlterTableStmt' in node) || node.AlterTableStmt.objtype !== 'OBJECT_TABLE') return []
  const table = schema.table(nameOfRange(node.AlterTableStmt.relation))
  const cmds = (node.AlterTableStmt.cmds ?? []).flatMap((one) =>
    'AlterTableCmd' in one ? [one.AlterTableCmd] : [],
  )
  const location = statement.offsetOf(node.AlterTableStmt.relation?.location ?? 0) - start
  const places = commandPlaces(sql, location)
  return cmds.map((cmd, index) => {
    const place = places.length === cmds.length ? places[index]! : { start: 0, end: end - start }
    return {
      cmd,
      table,
      start: start + place.start,
      end: start + place.end,
      sql: sql.slice(place.start, place.end),
    }
  })
}

/** Between the commas that stand in no parentheses, behind the name of the table. */
function commandPlaces(sql: string, nameStart: number): { start: number; end: number }[] {
  const tokens = tokensOf(sql).filter(({ start }) => start >= nameStart)
  let first = 1
  while (tokens[first]?.text === '.') first += 2
  if (tokens[first]?.text === '*' || tokens[first]?.text === ')') first++
  const places: { start: number; end: number }[] = []
  let depth = 0
  let open: number | undefined
  let end = 0
  for (const token of tokens.slice(first)) {
    if (/^[([]$/.test(token.text)) depth++
    else if (/^[)\]]$/.test(token.text)) depth--
    if (token.text === ',' && depth === 0) {
      places.push({ start: open ?? token.start, end })
      open = undefined
    } else {
      open ??= token.start
      end = token.end
    }
  }
  if (open !== undefined) places.push({ start: open, end })
  return places
}

/** The statement on one line, as it is quoted in a fix. */
export const oneLine = (sql: string): string =>
  tokensOf(sql).length === 0
    ? sql.trim()
    : sql
        .replaceAll(/--[^\n]*/g, ' ')
        .replaceAll(/\s+/g, ' ')
        .trim()
