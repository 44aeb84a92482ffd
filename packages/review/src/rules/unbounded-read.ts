/**
 * Unbounded read: a query that gives as many rows as the table has, run while a client waits. Bounded are limits, keys, lists of keys,
 * aggregates, and tables that hold what people set up (roles, countries); a filter bounds a table unless it is one that grows by
 * itself (events, messages, transfers).
 */
import { databaseCalls } from '../catalogue/database/calls.js'
import type { DatabaseCall } from '../catalogue/database/call.js'
import { wayOfRequest } from '../catalogue/request-path.js'
import { growthOf } from '../catalogue/table-growth.js'
import type { Program } from '../program.js'
import type { Report, Rule } from '../rule.js'
import { takesOne } from './unbounded-read/first-row.js'
import { boundByFilter } from './unbounded-read/filters.js'
import { fixFor } from './unbounded-read/fix.js'

export const unboundedRead: Rule = {
  id: 'unbounded-read',
  title: 'Read without a bound',
  severity: 'high',
  check(program, report) {
    for (const read of databaseCalls(program)) {
      const found = judged(program, read)
      if (found) report(found)
    }
  },
}

function judged(program: Program, read: DatabaseCall): Report | undefined {
  if (read.kind !== 'read-many' || read.hasLimit || read.table === undefined) return undefined
  if (takesOne(read.call, read.method)) return undefined
  if (SYSTEM.test(read.table)) return undefined
  const growth = growthOf(read.table)
  if (growth === 'set-up' || (read.hasWhere && growth !== 'by-itself')) return undefined
  if (boundByFilter(program, read)) return undefined
  const way = wayOfRequest(program, read.call)
  if (way === undefined) return undefined
  const { table } = read
  const which = read.hasWhere ? `every row of ${table} that the filter lets through` : `every row of ${table}`
  return {
    at: read.call,
    message: `A request reads ${which}: there is no limit, and the table grows${read.hasWhere ? ' with use' : ''}.`,
    path: [...way, program.step(read.call, `reads ${which}`)],
    fix: fixFor(read),
    confidence: read.hasWhere || growth === 'unknown' ? 'likely' : 'certain',
  }
}

/** What the database tells of itself. */
const SYSTEM = /^(?:pg_|information_schema\b|sqlite_|unnest$|generate_series$|jsonb?_)/i
