/** `external`: the mark of tables that have other writers than Keelson. */
import type { PgTable } from 'drizzle-orm/pg-core'

const marked = new WeakSet<PgTable>()

/**
 * Marks a table that others write too: another service, a script, `psql`. Gives the same table, so that it is written
 * where the table is declared and everything else stays as it is:
 *
 *     export const items = external(pgTable('items', { … }))
 *
 * Whatever a command concludes from a list, a count or an absence of rows of such a table then holds until its commit
 * against those writers too: while it commits, the table is locked in the mode SHARE ROW EXCLUSIVE, under which others'
 * inserts, updates and deletes wait and reads do not. Rows that a command reads by a key, and constraints, need no mark.
 */
export function external<T extends PgTable>(table: T): T {
  marked.add(table)
  return table
}

export const isExternal = (table: PgTable): boolean => marked.has(table)
