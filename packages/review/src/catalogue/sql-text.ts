/** What a statement of SQL does, from its words. Only for texts that code hands to a driver: migrations are read by Postgres' own grammar. */

export type DatabaseKind = 'read-one' | 'read-many' | 'count' | 'write' | 'raw' | 'transaction'

export interface SqlFacts {
  readonly kind: DatabaseKind
  readonly table?: string
  readonly hasLimit: boolean
  readonly hasWhere: boolean
}

/** `undefined` (text unknown) is raw, and taken to be bounded. */
export function readSqlText(text: string | undefined): SqlFacts {
  if (text === undefined) return { kind: 'raw', hasLimit: true, hasWhere: true }
  const sql = text.replace(/--[^\n]*|\/\*[\s\S]*?\*\//g, ' ').trim()
  const verb = /^\(*\s*([a-z]+)/i.exec(sql)?.[1]?.toLowerCase()
  const hasWhere = /\bwhere\b/i.test(sql)
  const hasLimit = /\b(?:limit|fetch\s+(?:first|next))\b/i.test(sql)
  switch (verb) {
    case 'select':
    case 'with':
    case 'table': {
      const table = /\bfrom\s+"?([\w.]+)/i.exec(sql)?.[1]
      if (/\b(?:insert\s+into|update\s+\w|delete\s+from)\b/i.test(sql) && verb === 'with')
        return { kind: 'write', table, hasLimit: true, hasWhere }
      const aggregate =
        /^select\s+(?:count|sum|avg|min|max|exists|coalesce)\s*\(/i.test(sql) && !/\bgroup\s+by\b/i.test(sql)
      if (aggregate || table === undefined) return { kind: 'count', table, hasLimit: true, hasWhere }
      return { kind: /\blimit\s+1\b/i.test(sql) ? 'read-one' : 'read-many', table, hasLimit, hasWhere }
    }
    case 'insert':
    case 'update':
    case 'delete':
    case 'merge':
    case 'truncate':
      return {
        kind: 'write',
        table: /\b(?:into|update|from|truncate(?:\s+table)?)\s+"?([\w.]+)/i.exec(sql)?.[1],
        hasLimit: true,
        hasWhere,
      }
    default:
      return { kind: 'raw', hasLimit: true, hasWhere: true }
  }
}
