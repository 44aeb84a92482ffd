/**
 * Commands on rows with a version: `If-Match` and `If-None-Match` are compared inside of the command's run, with the row
 * as the command itself read it. What was compared therefore holds until the commit, as everything does that a command
 * has seen, and costs no read that the handler would not make.
 */
import { isDeepStrictEqual } from 'node:util'
import { getTableColumns } from 'drizzle-orm'
import { getTableConfig, type PgColumn, type PgTable } from 'drizzle-orm/pg-core'
import type { Key, Row } from '../engine/vocabulary.js'
import { KeelsonError } from '../errors.js'
import type { CommandTransaction } from './command-transaction.js'
import { entityTag } from './entity-tag.js'
import type { Version } from './http-declaration.js'
import { insistOn, type Preconditions } from './preconditions.js'

export interface VersionedRow {
  readonly table: PgTable
  /** The version's property in handlers. */
  readonly property: string
  /** Properties of the primary key, to be found in the input. */
  readonly key: readonly string[]
}

/** The row that a version column belongs to. */
export function versionedRow(column: PgColumn): VersionedRow {
  const { table } = column
  const { primaryKeys } = getTableConfig(table)
  const columns = Object.entries(getTableColumns(table))
  const isKey = (each: PgColumn): boolean =>
    each.primary || primaryKeys.some(({ columns: all }) => all.includes(each))
  return {
    table,
    property: columns.find(([, each]) => each === column)![0],
    key: columns.filter(([, each]) => isKey(each)).map(([property]) => property),
  }
}

/**
 * Runs the handler where the row has the version that the request demands. A refusal of the handler's own goes first
 * (RFC 9110, 13.2.1), so that a version tells nobody of a row that is not theirs.
 */
export async function runOnVersion<T>(
  { table, property, key }: VersionedRow,
  preconditions: Preconditions,
  input: unknown,
  tx: CommandTransaction,
  run: () => Promise<T>,
): Promise<T> {
  const place = Object.fromEntries(
    key.map((name) => [name, (input as Record<string, unknown>)[name]]),
  ) as Key<PgTable>
  const tagOf = (row: Row<PgTable> | undefined): string | undefined =>
    row === undefined ? undefined : entityTag(row[property] as Version)
  const before = await tx.get(table, place)
  const value = await run()
  insistOn(preconditions, tagOf(before))
  const after = await tx.get(table, place)
  if (
    before !== undefined &&
    after !== undefined &&
    tagOf(before) === tagOf(after) &&
    !isDeepStrictEqual(before, after)
  )
    throw new KeelsonError('invalid_use', {
      message: `The row was changed and kept its version: set \`${property}\` to another value, such as \`${property}: row.${property} + 1\`.`,
    })
  return value
}
