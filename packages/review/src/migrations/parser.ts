/**
 * Postgres' own parser, loaded once. Whatever text it is given, it answers: a tree, tokens, or the reason why not. All
 * offsets that leave this file count UTF-16 units of the text that was given.
 */
import { loadModule, parsePlPgSQLSync, parseSync, scanSync, type Node } from 'libpg-query'
import { byteOffsets } from './positions.js'

export interface Parsed {
  readonly node: Node
  /** Of the first token, behind what precedes it. */
  readonly start: number
  /** Behind the last token, without the semicolon. */
  readonly end: number
  /** UTF-16 offset of a `location` in this tree. */
  readonly offsetOf: (location: number) => number
}

export interface Token {
  readonly text: string
  readonly start: number
  readonly end: number
}

export const loadParser: () => Promise<void> = loadModule

/** The statements of `sql`; a string says why there are none. */
export function parseStatements(sql: string): Parsed[] | string {
  // The parser is written in C: for it, a text ends at the first zero.
  const text = sql.replaceAll('\0', ' ')
  if (text.trim() === '') return []
  try {
    const offsetOf = byteOffsets(text)
    const parsed: Parsed[] = []
    for (const { stmt, stmt_location = 0, stmt_len } of parseSync(text).stmts ?? []) {
      if (stmt === undefined) continue
      const from = offsetOf(stmt_location)
      const end = stmt_len === undefined ? text.length : offsetOf(stmt_location + stmt_len)
      const start = skipBlank(text, from)
      parsed.push({ node: stmt, start, end: start + text.slice(start, end).trimEnd().length, offsetOf })
    }
    return parsed
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

/** The tokens without comments; none where the text cannot be read. */
export function tokensOf(sql: string): Token[] {
  try {
    const offsetOf = byteOffsets(sql)
    return scanSync(sql)
      .tokens.filter(({ tokenName }) => tokenName !== 'SQL_COMMENT' && tokenName !== 'C_COMMENT')
      .map(({ text, start, end }) => ({ text, start: offsetOf(start), end: offsetOf(end) }))
  } catch {
    return []
  }
}

/** The tree of a `DO` block in PL/pgSQL, of whatever shape the parser gives it; undefined where it cannot be read. */
export function parseBlock(sql: string): unknown {
  try {
    return parsePlPgSQLSync(sql)
  } catch {
    return undefined
  }
}

/** Behind blanks and comments; comments of Postgres nest. */
function skipBlank(text: string, from: number): number {
  let at = from
  for (;;) {
    while (at < text.length && /\s/.test(text[at]!)) at++
    if (text.startsWith('--', at)) at = lineEnd(text, at)
    else if (text.startsWith('/*', at)) at = commentEnd(text, at)
    else return at
  }
}

export function lineEnd(text: string, from: number): number {
  const end = text.indexOf('\n', from)
  return end < 0 ? text.length : end + 1
}

export function commentEnd(text: string, from: number): number {
  let depth = 0
  for (let at = from; at < text.length; at++) {
    if (text.startsWith('/*', at)) {
      depth++
      at++
    } else if (text.startsWith('*/', at)) {
      depth--
      at++
      if (depth === 0) return at + 1
    }
  }
  return text.length
}
