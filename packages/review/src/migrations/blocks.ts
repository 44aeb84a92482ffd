/** The statements inside a `DO` block, found again in its text; those that are put together at run time stay unknown. */
import type { Node } from 'libpg-query'
import { parseBlock, parseStatements, type Parsed } from './parser.js'

export interface Inner {
  readonly parsed: Parsed
  /** In the text of the block. */
  readonly start: number
  readonly end: number
  /** What a location in the tree is relative to. */
  readonly base: number
  readonly isLooped: boolean
}

/** How deep a block may nest before it is left alone. */
const DEPTH_MAX = 200

export function statementsOfBlock(sql: string): Inner[] {
  const found: Inner[] = []
  let cursor = 0
  const take = (text: string, isLooped: boolean): void => {
    const at = sql.indexOf(text, cursor)
    if (at < 0) return
    const parsed = parseStatements(text)
    if (typeof parsed === 'string') return
    cursor = at + text.length
    for (const one of parsed)
      found.push({ parsed: one, start: at + one.start, end: at + one.end, base: at, isLooped })
  }
  walk(parseBlock(sql), false, 0, take)
  return found
}

type Record = { readonly [key: string]: unknown }

function walk(
  value: unknown,
  isLooped: boolean,
  depth: number,
  take: (sql: string, isLooped: boolean) => void,
): void {
  if (typeof value !== 'object' || value === null || depth > DEPTH_MAX) return
  if (Array.isArray(value)) {
    for (const one of value) walk(one, isLooped, depth + 1, take)
    return
  }
  for (const [key, child] of Object.entries(value as Record)) {
    if (key === 'PLpgSQL_stmt_execsql') {
      const query = queryOf((child as Record).sqlstmt)
      if (query !== undefined) take(query, isLooped)
    } else if (key === 'PLpgSQL_stmt_dynexecute') {
      const constant = constantOf(queryOf((child as Record).query))
      if (constant !== undefined) take(constant, isLooped)
    } else walk(child, isLooped || LOOPS.has(key), depth + 1, take)
  }
}

const LOOPS: ReadonlySet<string> = new Set([
  'PLpgSQL_stmt_loop',
  'PLpgSQL_stmt_while',
  'PLpgSQL_stmt_fori',
  'PLpgSQL_stmt_fors',
  'PLpgSQL_stmt_forc',
  'PLpgSQL_stmt_dynfors',
  'PLpgSQL_stmt_foreach_a',
])

function queryOf(value: unknown): string | undefined {
  const expression = (value as { PLpgSQL_expr?: { query?: unknown } } | undefined)?.PLpgSQL_expr
  return typeof expression?.query === 'string' ? expression.query : undefined
}

/** `execute 'alter table …'`: a string and nothing else. */
function constantOf(expression: string | undefined): string | undefined {
  if (expression === undefined) return undefined
  const parsed = parseStatements(`select ${expression}`)
  if (typeof parsed === 'string' || parsed.length !== 1) return undefined
  const node: Node = parsed[0]!.node
  const target = 'SelectStmt' in node ? node.SelectStmt.targetList : undefined
  const first = target?.length === 1 ? target[0]! : undefined
  const value = first !== undefined && 'ResTarget' in first ? first.ResTarget.val : undefined
  return value !== undefined && 'A_Const' in value ? value.A_Const.sval?.sval : undefined
}
