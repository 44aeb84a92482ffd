/** SQL that creates the Drizzle tables of an example: types, keys, references. Examples need no migrations of their own. */
import { is } from 'drizzle-orm'
import { getTableConfig, PgTable, type PgColumn } from 'drizzle-orm/pg-core'

const named = (names: readonly string[]): string => `(${names.map((name) => `"${name}"`).join(', ')})`
const namesOf = (columns: readonly { readonly name: string }[]): string =>
  named(columns.map(({ name }) => name))

const columnOf = (column: PgColumn): string => {
  const parts = [`"${column.name}"`, column.getSQLType()]
  if (column.notNull) parts.push('not null')
  if (column.primary) parts.push('primary key')
  if (column.isUnique) parts.push('unique')
  return parts.join(' ')
}

/** Tables first, then what refers from one to the other. */
export function createTables(exported: Readonly<Record<string, unknown>>): string {
  const tables = Object.values(exported).filter((value): value is PgTable => is(value, PgTable))
  const configs = tables.map((table) => getTableConfig(table))
  const created = configs.map(({ name, columns, primaryKeys, uniqueConstraints }) => {
    const parts = [
      ...columns.map(columnOf),
      ...primaryKeys.map((key) => `primary key ${namesOf(key.columns)}`),
      ...uniqueConstraints.map((unique) => `unique ${namesOf(unique.columns)}`),
    ]
    return `create table "${name}" (${parts.join(', ')});`
  })
  const references = configs.flatMap(({ name, foreignKeys }) =>
    foreignKeys.map((key) => {
      const { columns, foreignTable, foreignColumns } = key.reference()
      const target = getTableConfig(foreignTable).name
      return `alter table "${name}" add foreign key ${namesOf(columns)} references "${target}" ${namesOf(foreignColumns)};`
    }),
  )
  return [...created, ...references].join('\n')
}
