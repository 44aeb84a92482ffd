/**
 * The SQL of the engine. Every statement works on a set: its parameters are arrays, one element a row, so that one
 * text serves groups of any size and is prepared once a connection.
 */
import type { Statement } from '../../postgres/burst-query.js'
import type { ColumnInfo, GuardedTable, TableInfo } from '../../schema/table.js'
import type { EffectTable, RowLocks, Shape } from '../port.js'

let statementCount = 0

/** Texts by what they are for; names are short, since they travel with each use. */
function remember<K extends object, V>(make: (key: K) => V): (key: K) => V {
  const known = new WeakMap<K, V>()
  return (key) => {
    let value = known.get(key)
    if (value === undefined) known.set(key, (value = make(key)))
    return value
  }
}

const statement = (text: string): Statement => ({ name: `keelson_${++statementCount}`, text })

/** The array parameter for a column; arrays of arrays would be flattened, so that array columns travel as texts. */
const arrayType = (column: ColumnInfo): string => (column.array ? 'text[]' : `${column.cast}[]`)
const element = (column: ColumnInfo, alias: string): string =>
  column.array ? `${alias}::${column.cast}` : alias

const list = (columns: readonly ColumnInfo[], prefix = ''): string =>
  columns.map((column) => prefix + column.sql).join(', ')

const keyParameters = (table: TableInfo): string =>
  table.primaryKey.map((column, at) => `$${at + 1}::${arrayType(column)}`).join(', ')
const keyNames = (table: TableInfo): string => table.primaryKey.map((_, at) => `k${at}`).join(', ')
const keyJoin = (table: TableInfo): string =>
  table.primaryKey.map((column, at) => `t.${column.sql} = u.k${at}`).join(' and ')

/** From and where for the rows of the keys given. */
function ofKeys(table: TableInfo): string {
  if (table.primaryKey.length === 1) {
    const [column] = table.primaryKey
    return `from ${table.sql} as t where t.${column!.sql} = any($1::${arrayType(column!)})`
  }
  return `from unnest(${keyParameters(table)}) as u(${keyNames(table)}) join ${table.sql} as t on ${keyJoin(table)}`
}

/** The columns and the version of a row. */
const versioned = (table: TableInfo): string => `${list(table.columns, 't.')}, t.xmin as keelson_version`

/** The rows of these keys. Where equal keys may have different texts, the place of the key that was asked for comes last. */
export const readRows = remember((table: TableInfo) => {
  if (table.keyIsText) return statement(`select ${versioned(table)} ${ofKeys(table)}`)
  return statement(
    `select ${versioned(table)}, u.n from unnest(${keyParameters(table)}) with ordinality as u(${keyNames(table)}, n) join ${table.sql} as t on ${keyJoin(table)}`,
  )
})

const lockStatements = remember((table: TableInfo) => {
  const order = table.primaryKey.map((column) => `t.${column.sql}`).join(', ')
  const make = (mode: string): Statement =>
    statement(`select count(*) from (select ${ofKeys(table)} order by ${order} for ${mode} of t) as locked`)
  return { share: make('share'), 'no key update': make('no key update'), update: make('update') }
})

/** Locks the rows of these keys in the order of the primary key. */
export const lockRows = (table: TableInfo, mode: RowLocks['mode']): Statement => lockStatements(table)[mode]

const lockVersionStatements = remember((table: TableInfo) => {
  const order = table.primaryKey.map((column) => `t.${column.sql}`).join(', ')
  const version = table.primaryKey.length + 1
  const make = (mode: string): Statement =>
    statement(
      `select 1 / (count(*) = $${version + 1}::int8)::int from (select from unnest(${keyParameters(table)}, $${version}::xid[]) as u(${keyNames(table)}, version) join ${table.sql} as t on ${keyJoin(table)} where t.xmin = u.version order by ${order} for ${mode} of t) as locked`,
    )
  return { share: make('share'), 'no key update': make('no key update'), update: make('update') }
})

/**
 * Locks the rows of these keys in the order of the primary key, and fails with `division_by_zero` where one is no more in
 * the version given: one that is changed while the lock is waited for is judged again as it then is (EvalPlanQual).
 */
export const lockVersions = (table: TableInfo, mode: RowLocks['mode']): Statement =>
  lockVersionStatements(table)[mode]

const insertColumns = (table: TableInfo): readonly ColumnInfo[] =>
  table.columns.filter((column) => column.generated !== 'stored')

const insertText = (table: TableInfo): string => {
  const columns = insertColumns(table)
  const parameters = columns.map((column, at) => `$${at + 1}::${arrayType(column)}`).join(', ')
  const values = columns.map((column, at) => element(column, `u.c${at}`)).join(', ')
  return `insert into ${table.sql} as t (${list(columns)}) select ${values} from unnest(${parameters}) as u(${columns.map((_, at) => `c${at}`).join(', ')})`
}

export const insertRows = remember((table: TableInfo) => statement(insertText(table)))

/** Leaves out rows that clash; answers the keys of those it took. */
export const insertFreeRows = remember((table: TableInfo) =>
  statement(`${insertText(table)} on conflict do nothing returning ${list(table.primaryKey, 't.')}`),
)

export const columnsToInsert = remember(insertColumns)

const updateStatements = remember((_table: TableInfo) => new Map<string, Statement>())

export function updateRows(table: TableInfo, columns: readonly number[]): Statement {
  const known = updateStatements(table)
  const id = columns.join()
  let made = known.get(id)
  if (!made) {
    const keys = table.primaryKey.length
    const infos = columns.map((column) => table.columns[column]!)
    const parameters = infos.map((column, at) => `$${keys + at + 1}::${arrayType(column)}`)
    const sets = infos.map((column, at) => `${column.sql} = ${element(column, `u.c${at}`)}`).join(', ')
    const names = [keyNames(table), ...infos.map((_, at) => `c${at}`)].join(', ')
    made = statement(
      `update ${table.sql} as t set ${sets} from unnest(${[keyParameters(table), ...parameters].join(', ')}) as u(${names}) where ${keyJoin(table)}`,
    )
    known.set(id, made)
  }
  return made
}

export const deleteRows = remember((table: TableInfo) =>
  statement(
    `delete from ${table.sql} as t using unnest(${keyParameters(table)}) as u(${keyNames(table)}) where ${keyJoin(table)}`,
  ),
)

/** Fails with `division_by_zero` (a data error like any other to the engine) if a replaced version breaks a check. */
export const checkRows = remember((table: TableInfo) => {
  const columns = [...new Set(table.checks.flatMap((check) => check.columns))].map(
    (index) => table.columns[index]!,
  )
  const parameters = columns.map((column, at) => `$${at + 1}::${arrayType(column)}`).join(', ')
  const values = columns.map((column, at) => `${element(column, `u.c${at}`)} as ${column.sql}`).join(', ')
  const broken = table.checks.map((check) => `((${check.expression}) is false)`).join(' or ')
  const names = columns.map((_, at) => `c${at}`).join(', ')
  return {
    columns,
    statement: statement(
      `select 1 / (case when exists (select from (select ${values} from unnest(${parameters}) as u(${names})) as ${table.sql.split('.').at(-1)} where ${broken}) then 0 else 1 end)`,
    ),
  }
})

export const insertEffects = remember((table: EffectTable) => {
  const parameters = table.columns.map((column, at) => `$${at + 1}::${column.type}[]`).join(', ')
  const given = table.columns.map((column) => `"${column.name}"`).join(', ')
  const stored = table.columns.filter((column) => column.stored !== null)
  const names = stored.map((column) => `"${column.name}"`).join(', ')
  const values = stored.map((column) => column.stored ?? `given."${column.name}"`).join(', ')
  return statement(
    `insert into ${table.name} (${names}) select ${values} from unnest(${parameters}) as given(${given})`,
  )
})

export const readClaims = remember((table: EffectTable) => {
  const lookup = table.columns.find((column) => column.name === table.lookup)!
  const names = table.columns.map((column) => `"${column.name}"`).join(', ')
  return statement(`select ${names} from ${table.name} where "${lookup.name}" = any($1::${lookup.type}[])`)
})

/** The places, from 1, of the locks that others hold. */
export const TRY_CLAIMS = statement(
  'select k.n from unnest($1::int8[]) with ordinality as k(lock, n) where not pg_try_advisory_xact_lock(k.lock)',
)
/** Fails with `division_by_zero` where one of the locks is held by others. */
export const TAKE_CLAIMS = statement(
  'select 1 / bool_and(pg_try_advisory_xact_lock(k))::int from unnest($1::int8[]) as k',
)
export const LOCK_ORDERED = statement(
  'select count(pg_advisory_xact_lock(k)::text) from unnest($1::int8[]) as k',
)
/** The first half of the two-part lock numbers that guard tables: «keel» in ASCII; the next number for their visitors. */
export const GUARD_CLASS = 0x6b65656c
export const VISIT_CLASS = GUARD_CLASS + 1
export const GUARD_TABLES = statement(
  'select count((case when g.exclusive then pg_advisory_xact_lock(g.class, g.id) else pg_advisory_xact_lock_shared(g.class, g.id) end)::text) from unnest($1::int4[], $2::int4[], $3::bool[]) as g(class, id, exclusive)',
)

const tableLocks = new Map<string, Statement>()

/**
 * The guard of a table that others write: against their writes, or only so that ours do not meet such a lock unordered.
 */
export function lockTable({ sql: table }: GuardedTable, exclusive: boolean): Statement {
  const text = `lock table ${table} in ${exclusive ? 'share row exclusive' : 'row exclusive'} mode`
  let known = tableLocks.get(text)
  if (!known) tableLocks.set(text, (known = statement(text)))
  return known
}
/** Answers the version that all rows have which this transaction writes. */
export const INSERT_MARKER = statement('insert into keelson.groups (id) values ($1::uuid) returning xmin')
/** Takes the place of a marker that was not committed: whoever comes with it later fails by it. */
export const VOID_MARKER = statement(
  'insert into keelson.groups (id, voided) values ($1::uuid, true) on conflict do nothing',
)
/** Whose marker it is. A write, so that its commit waits, as the marker's own did, for the replicas that must have it. */
export const READ_MARKER = statement(
  'update keelson.groups set voided = voided where id = $1::uuid returning voided',
)
/** Where the backend has ended meanwhile another may have its process id, but not its start. */
export const END_BACKEND = statement(
  'select pg_terminate_backend(pid) from pg_stat_get_activity($1::int4) where backend_start = $2::timestamptz',
)

/** Reads of one shape: a row of parameters each, joined laterally, answers in their order. */
export const readShape = remember((shape: Shape) => statement(shapeText(shape)))

const PREDICATES = { '=': '=', '<': '<', '<=': '<=', '>': '>', '>=': '>=' } as const

/** `where` of one read; `parameter(n)` is the text of its n-th parameter. */
export function whereOf(shape: Shape, parameter: (at: number) => string): string {
  const { table, conditions, order } = shape
  let at = 0
  const terms = conditions.map(({ column, operator }) => {
    const { sql, cast } = table.columns[column]!
    if (operator === 'is null' || operator === 'is not null') return `t.${sql} ${operator}`
    if (operator === 'in') return `t.${sql} = any(${parameter(at++)}::${cast}[])`
    return `t.${sql} ${PREDICATES[operator]} ${parameter(at++)}::${cast}`
  })
  if (shape.after) {
    const values = order.map(
      ({ column }, place) => `${parameter(at + place)}::${table.columns[column]!.cast}`,
    )
    terms.push(afterOf(shape, values))
  }
  return terms.length === 0 ? '' : ` where ${terms.join(' and ')}`
}

/** The rows after a place in the order; one comparison of rows where all columns run the same way. */
function afterOf({ table, order }: Shape, values: readonly string[]): string {
  const names = order.map(({ column }) => `t.${table.columns[column]!.sql}`)
  const sign = (at: number): string => (order[at]!.descending ? '<' : '>')
  if (order.every(({ descending }) => descending === order[0]!.descending))
    return `(${names.join(', ')}) ${sign(0)} (${values.join(', ')})`
  const steps = names.map((name, at) =>
    [
      ...names.slice(0, at).map((earlier, place) => `${earlier} = ${values[place]}`),
      `${name} ${sign(at)} ${values[at]}`,
    ].join(' and '),
  )
  return `(${steps.map((step) => `(${step})`).join(' or ')})`
}

/**
 * One read without the set around it; `where` begins with « where» or is empty, `parameter(n)` is the text of its n-th
 * parameter.
 */
export function selectOf(shape: Shape, where: string, parameter: (at: number) => string): string {
  const { table, order, limit, skips, result } = shape
  const from = `from ${table.sql} as t${where}`
  const bounds = `${limit > 0 ? ` limit ${limit}` : ''}${skips ? ` offset ${parameter(parameterCount(shape) - 1)}::int8` : ''}`
  if (result === 'count') return `select count(*)::text as c0 from (select ${from}${bounds}) as counted`
  const sort =
    order.length === 0
      ? ''
      : ` order by ${order.map(({ column, descending }) => `t.${table.columns[column]!.sql}${descending ? ' desc' : ''}`).join(', ')}`
  return `select ${versioned(table)} ${from}${sort}${bounds}`
}

export function parameterCount({ conditions, after, order, skips }: Shape): number {
  return (
    conditions.filter(({ operator }) => operator !== 'is null' && operator !== 'is not null').length +
    (after ? order.length : 0) +
    Number(skips)
  )
}

function shapeText(shape: Shape): string {
  const count = parameterCount(shape)
  if (count === 0) {
    const none = (): string => ''
    return selectOf(shape, whereOf(shape, none), none)
  }
  const parameters = Array.from({ length: count }, (_, at) => `$${at + 1}::text[]`).join(', ')
  const names = Array.from({ length: count }, (_, at) => `p${at}`).join(', ')
  const parameter = (at: number): string => `w.p${at}`
  const inner = selectOf(shape, whereOf(shape, parameter), parameter)
  return `select r.*, w.n from unnest(${parameters}) with ordinality as w(${names}, n) cross join lateral (${inner}) as r order by w.n`
}
