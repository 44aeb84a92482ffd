/** The columns of one table: Drizzle's and the catalogue's joined by name. */
import { getTableColumns } from 'drizzle-orm'
import type { PgTable } from 'drizzle-orm/pg-core'
import type { Catalogue, CatalogueColumn, CatalogueConstraint } from './catalogue.js'
import type { CatalogueType } from './catalogue-type.js'
import { codecFor } from './codecs.js'
import type { ColumnInfo } from './table.js'
import { textOrderOf } from './text-order.js'

export interface LoadedColumn {
  /** pg_attribute.attnum, by which constraints name columns. */
  readonly number: number
  readonly info: ColumnInfo
}

interface Source {
  readonly drizzle: PgTable
  readonly name: string
  readonly oid: number
  readonly catalogue: Catalogue
  readonly defaults: ReadonlyMap<string, string | null>
  readonly own: readonly CatalogueConstraint[]
  readonly incoming: readonly CatalogueConstraint[]
  readonly primary: CatalogueConstraint
}

const TEXT_EQUALITY = new Set([
  'int2',
  'int4',
  'int8',
  'text',
  'varchar',
  'uuid',
  'bool',
  'date',
  'timestamp',
  'timestamptz',
])
const KINDS = new Set(['base', 'enum', 'array'])

/** Undefined after adding to `problems` what does not fit. */
export function loadColumns(source: Source, problems: string[]): LoadedColumn[] | undefined {
  const stored = source.catalogue.columns.filter((column) => column.table === source.oid)
  const before = problems.length
  const loaded: LoadedColumn[] = []
  const declared = Object.entries(getTableColumns(source.drizzle))
  for (const [property, drizzle] of declared) {
    const column = stored.find((candidate) => candidate.name === drizzle.name)
    if (!column) {
      problems.push(
        `Table ${source.name} has no column ${drizzle.name} in the database: add it by a migration, or take it out of the Drizzle definition.`,
      )
      continue
    }
    loaded.push(loadColumn(source, property, drizzle, column, loaded.length))
  }
  for (const column of stored) {
    const known = declared.some(([, drizzle]) => drizzle.name === column.name)
    if (
      !known &&
      column.not_null &&
      column.default_expression === null &&
      column.identity === '' &&
      column.generated === ''
    ) {
      problems.push(
        `Table ${source.name}: the database requires column ${column.name}, which the Drizzle definition lacks; add it there.`,
      )
    }
  }
  return problems.length > before ? undefined : loaded
}

function loadColumn(
  source: Source,
  property: string,
  drizzle: ColumnInfo['drizzle'],
  column: CatalogueColumn,
  index: number,
): LoadedColumn {
  const { own, incoming, primary, catalogue, defaults, oid } = source
  const within = (kinds: string): boolean =>
    own.some((constraint) => kinds.includes(constraint.kind) && constraint.columns.includes(column.number))
  const indexed = catalogue.indexes.some(
    (index) =>
      index.table === oid &&
      [...index.columns, ...index.depends_on].some((number) => number === column.number || number === 0),
  )
  const unique = indexed || within('x')
  const type: CatalogueType = {
    name: column.type,
    oid: column.type_oid,
    formatted: column.formatted,
    modifier: column.modifier,
    kind: KINDS.has(column.kind) ? (column.kind as CatalogueType['kind']) : 'other',
    labels: column.labels,
  }
  const codec = codecFor(drizzle, type, catalogue.timeZoneIsUtc)
  const followed = incoming.some(
    (constraint) =>
      'cnd'.includes(constraint.on_update) && constraint.referenced_columns.includes(column.number),
  )
  const info: ColumnInfo = {
    index,
    property,
    name: column.name,
    sql: `"${column.name.replaceAll('"', '""')}"`,
    type: column.formatted,
    cast: column.qualified,
    array: type.kind === 'array',
    notNull: column.not_null,
    codec: column.generated === '' ? codec : { ...codec, exact: false },
    drizzle,
    defaultText: defaultTextOf(column, defaults),
    generated: column.generated === 's' ? 'stored' : column.identity === 'a' ? 'identity' : undefined,
    keyed:
      unique ||
      within('pf') ||
      incoming.some((constraint) => constraint.referenced_columns.includes(column.number)),
    unique,
    textEquality:
      column.deterministic && codec.exact && (TEXT_EQUALITY.has(column.type) || column.kind === 'enum'),
    textOrder: textOrderOf(column.type, column.sorts_by_code_point),
    changeIsDelicate: primary.columns.includes(column.number)
      ? 'the key of a row changes'
      : followed
        ? 'other rows follow the change'
        : undefined,
  }
  return { number: column.number, info }
}

function defaultTextOf(
  column: CatalogueColumn,
  defaults: ReadonlyMap<string, string | null>,
): string | null | undefined {
  if (column.identity !== '' || column.generated !== '') return undefined
  if (column.default_expression === null) return null
  return defaults.get(`${column.table}.${column.number}`)
}
