/**
 * Joins the Drizzle definitions with the database's catalogue into `TableInfo`s, and names everything that does not
 * fit, all at once.
 */
import { getTableConfig, type PgTable } from 'drizzle-orm/pg-core'
import { KeelsonError } from '../errors.js'
import type { Connections } from '../postgres/connections.js'
import { readCatalogue, type Catalogue, type CatalogueConstraint, type CatalogueTable } from './catalogue.js'
import { loadColumns } from './columns.js'
import { isExternal } from './external.js'
import { rankTables } from './rank.js'
import type { CheckInfo, ColumnInfo, ForeignKeyInfo, GuardedTable, TableInfo, UniqueInfo } from './table.js'

export type Tables = ReadonlyMap<PgTable, TableInfo>

const quote = (identifier: string): string => `"${identifier.replaceAll('"', '""')}"`

const TRIGGER_INSERT = 4
const TRIGGER_DELETE = 8
const TRIGGER_UPDATE = 16

interface Draft {
  readonly drizzle: PgTable
  readonly catalogue: CatalogueTable
}

/**
 * Loads what the engine needs to know of these tables.
 *
 * @throws KeelsonError `invalid_definition` with `details.problems`, one sentence for each problem.
 */
export async function loadTables(connections: Connections, tables: readonly PgTable[]): Promise<Tables> {
  const wanted = [...new Set(tables)].map((drizzle) => {
    const config = getTableConfig(drizzle)
    return { drizzle, schema: config.schema ?? 'public', name: config.name }
  })
  const catalogue = await readCatalogue(connections, wanted)
  const problems: string[] = []
  const drafts: Draft[] = []
  for (const { drizzle, schema, name } of wanted) {
    const found = catalogue.tables.find((table) => table.schema === schema && table.name === name)
    if (found) drafts.push({ drizzle, catalogue: found })
    else problems.push(`Table ${schema}.${name} is not in the database: add a migration that creates it.`)
  }
  const ranks = rankTables(
    drafts.map((draft) => draft.catalogue.oid),
    catalogue.constraints,
  )
  const defaults = await constantDefaults(connections, catalogue)
  const result = new Map<PgTable, TableInfo>()
  for (const draft of drafts) {
    const table = await assemble(draft, catalogue, drafts, defaults, ranks, problems)
    if (table) result.set(draft.drizzle, table)
  }
  if (problems.length > 0) {
    throw new KeelsonError('invalid_definition', { message: problems.join('\n'), details: { problems } })
  }
  return result
}

const CONSTANT =
  /^(?:-?\d+(?:\.\d+)?|true|false|NULL|\(?'(?:[^']|'')*'\)?|'-?\d+(?:\.\d+)?')(?:::[\w ."[\](),]+)?$/

/** The texts of constant defaults, computed by the server so that they are what it would store. */
async function constantDefaults(
  connections: Connections,
  catalogue: Catalogue,
): Promise<ReadonlyMap<string, string | null>> {
  const constant = catalogue.columns.filter(
    (column) =>
      column.generated === '' &&
      column.default_expression !== null &&
      CONSTANT.test(column.default_expression),
  )
  if (constant.length === 0) return new Map()
  const list = constant
    .map((column, at) => `(${column.default_expression})::${column.formatted}::text as c${at}`)
    .join(', ')
  const { rows } = await connections.query<Record<string, string | null>>(`select ${list}`)
  return new Map(
    constant.map((column, at) => [
      `${column.table}.${column.number}`,
      column.type === 'bool' ? (rows[0]![`c${at}`]?.[0] ?? null) : rows[0]![`c${at}`]!,
    ]),
  )
}

async function assemble(
  { drizzle, catalogue: found }: Draft,
  catalogue: Catalogue,
  drafts: readonly Draft[],
  defaults: ReadonlyMap<string, string | null>,
  ranks: { readonly rank: ReadonlyMap<number, number>; readonly cyclic: ReadonlySet<number> },
  problems: string[],
): Promise<TableInfo | undefined> {
  const name = `${found.schema}.${found.name}`
  const own = catalogue.constraints.filter((constraint) => constraint.table === found.oid)
  const incoming = catalogue.constraints.filter(
    (constraint) => constraint.kind === 'f' && constraint.referenced === found.oid,
  )
  const primary = own.find((constraint) => constraint.kind === 'p')
  if (!primary) {
    problems.push(
      `Table ${name} has no primary key: declare one, such as id: uuid().primaryKey(), and add it by a migration.`,
    )
    return undefined
  }
  const columns = loadColumns(
    { drizzle, name, oid: found.oid, catalogue, defaults, own, incoming, primary },
    problems,
  )
  if (!columns) return undefined
  const byNumber = new Map(columns.map((column) => [column.number, column.info]))
  const infos = columns.map((column) => column.info)
  const primaryKey = primary.columns.map((number) => byNumber.get(number))
  if (primaryKey.some((column) => column === undefined)) {
    problems.push(
      `Table ${name}: its primary key has a column that the Drizzle definition lacks; add it there.`,
    )
    return undefined
  }
  const cyclic = ranks.cyclic.has(found.oid) ? 'its foreign keys form a cycle' : undefined
  const rules = found.rules ? 'the table has rules' : undefined
  const trigger = (bit: number): string | undefined =>
    (found.triggers & bit) === 0 ? undefined : 'the table has triggers'
  const cascades = incoming.some((constraint) => 'cnd'.includes(constraint.on_delete))
    ? 'other rows go or change with it'
    : undefined
  const selfReference = incoming.some((constraint) => constraint.table === found.oid)
    ? 'the table refers to itself'
    : undefined
  return {
    id: found.oid,
    name,
    sql: `${quote(found.schema)}.${quote(found.name)}`,
    external: isExternal(drizzle),
    drizzle,
    columns: infos,
    byProperty: new Map(infos.map((column) => [column.property, column])),
    primaryKey: primaryKey as ColumnInfo[],
    primaryKeyName: primary.name,
    keyIsText: primaryKey.every((column) => column!.textEquality),
    uniques: uniquesOf(found.oid, catalogue, own, byNumber),
    foreignKeys: foreignKeysOf(own, catalogue, byNumber),
    referencedBy: referencingTables(incoming, drafts),
    writtenByOne:
      own.some(({ kind, deferrable }) => kind === 'x' || ('pu'.includes(kind) && deferrable)) ||
      catalogue.indexes.some((index) => index.table === found.oid && index.deferrable),
    checks: checksOf(own, byNumber),
    rank: ranks.rank.get(found.oid)!,
    deferrable:
      own.some((constraint) => constraint.deferrable) || incoming.some((constraint) => constraint.deferrable),
    computed: infos.some((column) => column.generated === 'stored'),
    insertIsDelicate: rules ?? trigger(TRIGGER_INSERT) ?? cyclic,
    updateIsDelicate: rules ?? trigger(TRIGGER_UPDATE),
    deleteIsDelicate: rules ?? trigger(TRIGGER_DELETE) ?? cascades ?? cyclic ?? selfReference,
  }
}

type ByNumber = ReadonlyMap<number, ColumnInfo>

function uniquesOf(
  oid: number,
  catalogue: Catalogue,
  own: readonly CatalogueConstraint[],
  byNumber: ByNumber,
): UniqueInfo[] {
  const indexes = catalogue.indexes
    .filter((index) => index.table === oid)
    .map((index) => {
      const columns = index.columns.map((number) => byNumber.get(number)?.index)
      const whole = columns.every((column) => column !== undefined)
      return {
        name: index.name,
        columns: columns.filter((column) => column !== undefined),
        complex: index.complex || !whole,
        byText:
          whole &&
          !index.expression &&
          index.columns.every((number) => byNumber.get(number)?.textEquality === true),
        nullsEqual: index.nulls_equal,
      }
    })
  const exclusions = own
    .filter((constraint) => constraint.kind === 'x')
    .map((constraint) => ({
      name: constraint.name,
      columns: constraint.columns.flatMap((number) => byNumber.get(number)?.index ?? []),
      complex: true,
      byText: false,
      nullsEqual: false,
    }))
  return [...indexes, ...exclusions]
}

function referencingTables(
  incoming: readonly CatalogueConstraint[],
  drafts: readonly Draft[],
): GuardedTable[] {
  const byId = new Map<number, GuardedTable>()
  for (const { table, table_name: name } of incoming) {
    const draft = drafts.find(({ catalogue }) => catalogue.oid === table)
    const sql = draft === undefined ? name : `${quote(draft.catalogue.schema)}.${quote(draft.catalogue.name)}`
    byId.set(table, {
      id: table,
      name,
      sql,
      external: draft !== undefined && isExternal(draft.drizzle),
    })
  }
  return [...byId.values()]
}

function foreignKeysOf(
  own: readonly CatalogueConstraint[],
  catalogue: Catalogue,
  byNumber: ByNumber,
): ForeignKeyInfo[] {
  return own
    .filter((constraint) => constraint.kind === 'f')
    .map((constraint) => ({
      name: constraint.name,
      columns: constraint.columns.flatMap((number) => byNumber.get(number)?.index ?? []),
      references: constraint.referenced,
      referencedColumns: constraint.referenced_columns.flatMap(
        (number) =>
          catalogue.columns.find(
            (column) => column.table === constraint.referenced && column.number === number,
          )?.name ?? [],
      ),
    }))
}

function checksOf(own: readonly CatalogueConstraint[], byNumber: ByNumber): CheckInfo[] {
  return own
    .filter((constraint) => constraint.kind === 'c')
    .map((constraint) => ({
      name: constraint.name,
      columns: constraint.columns.flatMap((number) => byNumber.get(number)?.index ?? []),
      expression: constraint.expression!,
    }))
}
