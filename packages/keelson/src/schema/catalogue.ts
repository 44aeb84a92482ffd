/** What the database's own catalogue says of the tables an application declares. */
import type { Connections } from '../postgres/connections.js'

export interface CatalogueColumn {
  table: number
  number: number
  name: string
  type: string
  type_oid: number
  formatted: string
  qualified: string
  modifier: number
  kind: string
  labels: string[]
  not_null: boolean
  identity: string
  generated: string
  default_expression: string | null
  deterministic: boolean
  /** Texts of this column sort by code point. */
  sorts_by_code_point: boolean
}

export interface CatalogueConstraint {
  oid: number
  table: number
  /** `schema.table`, for people. */
  table_name: string
  name: string
  /** p primary key, u unique, x exclusion, f foreign key, c check. */
  kind: 'p' | 'u' | 'x' | 'f' | 'c'
  columns: number[]
  deferrable: boolean
  referenced: number
  referenced_columns: number[]
  /** a no action, r restrict, c cascade, n set null, d set default. */
  on_update: string
  on_delete: string
  expression: string | null
}

export interface CatalogueIndex {
  table: number
  name: string
  columns: number[]
  /** Columns of its expressions and its predicate. */
  depends_on: number[]
  /** Partial, over an expression, or deferrable. */
  complex: boolean
  expression: boolean
  deferrable: boolean
  /** NULLS NOT DISTINCT. */
  nulls_equal: boolean
}

export interface CatalogueTable {
  oid: number
  schema: string
  name: string
  /** Bits of pg_trigger.tgtype over all enabled triggers that users made: 4 insert, 8 delete, 16 update. */
  triggers: number
  rules: boolean
}

export interface Catalogue {
  readonly tables: readonly CatalogueTable[]
  readonly columns: readonly CatalogueColumn[]
  readonly constraints: readonly CatalogueConstraint[]
  readonly indexes: readonly CatalogueIndex[]
  readonly timeZoneIsUtc: boolean
}

const TABLES = `
  select c.oid::int4 as oid, n.nspname as schema, c.relname as name,
    coalesce((select bit_or(t.tgtype::int) from pg_trigger t where t.tgrelid = c.oid and not t.tgisinternal and t.tgenabled <> 'D'), 0) as triggers,
    exists (select from pg_rewrite r where r.ev_class = c.oid and r.rulename <> '_RETURN') as rules
  from unnest($1::text[], $2::text[]) as wanted(schema, name)
  join pg_namespace n on n.nspname = wanted.schema
  join pg_class c on c.relnamespace = n.oid and c.relname = wanted.name and c.relkind in ('r', 'p')`

const COLUMNS = `
  select a.attrelid::int4 as table, a.attnum::int as number, a.attname as name, t.typname as type, t.oid::int4 as type_oid,
    format_type(a.atttypid, a.atttypmod) as formatted, quote_ident(tn.nspname) || '.' || quote_ident(t.typname) as qualified, a.atttypmod as modifier,
    case when t.typtype = 'e' then 'enum' when t.typcategory = 'A' then 'array' when t.typtype = 'b' then 'base' else 'other' end as kind,
    coalesce((select array_agg(e.enumlabel::text order by e.enumsortorder) from pg_enum e where e.enumtypid = t.oid), '{}') as labels,
    a.attnotnull as not_null, a.attidentity as identity, a.attgenerated as generated,
    pg_get_expr(d.adbin, d.adrelid) as default_expression,
    coalesce(l.collisdeterministic, true) as deterministic,
    coalesce(case l.collprovider when 'd' then b.datlocprovider = 'b' or (b.datlocprovider = 'c' and b.datcollate in ('C', 'POSIX'))
      else l.collprovider = 'b' or (l.collprovider = 'c' and l.collcollate in ('C', 'POSIX')) end, false)
      and getdatabaseencoding() = 'UTF8' as sorts_by_code_point
  from pg_attribute a
  join pg_type t on t.oid = a.atttypid
  join pg_namespace tn on tn.oid = t.typnamespace
  left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
  left join pg_collation l on l.oid = a.attcollation
  join pg_database b on b.datname = current_database()
  where a.attrelid = any($1::oid[]) and a.attnum > 0 and not a.attisdropped
  order by a.attrelid, a.attnum`

const CONSTRAINTS = `
  select c.oid::int4 as oid, c.conrelid::int4 as table, n.nspname || '.' || r.relname as table_name, c.conname as name, c.contype as kind,
    coalesce(c.conkey, '{}')::int[] as columns, c.condeferrable as deferrable, c.confrelid::int4 as referenced,
    coalesce(c.confkey, '{}')::int[] as referenced_columns, c.confupdtype as on_update, c.confdeltype as on_delete,
    case when c.contype = 'c' then pg_get_expr(c.conbin, c.conrelid) end as expression
  from pg_constraint c
  left join pg_class r on r.oid = c.conrelid
  left join pg_namespace n on n.oid = r.relnamespace
  where (c.conrelid = any($1::oid[]) or (c.contype = 'f' and c.confrelid = any($1::oid[]))) and c.contype in ('p', 'u', 'x', 'f', 'c')
  order by c.oid`

const INDEXES = `
  select i.indrelid::int4 as table, c.relname as name,
    (i.indkey::int[])[0:i.indnkeyatts - 1] as columns,
    array(select d.refobjsubid from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = i.indexrelid
      and d.refclassid = 'pg_class'::regclass and d.refobjid = i.indrelid and d.refobjsubid > 0) as depends_on,
    (i.indpred is not null or i.indexprs is not null or not i.indimmediate) as complex,
    i.indexprs is not null as expression, not i.indimmediate as deferrable, i.indnullsnotdistinct as nulls_equal
  from pg_index i join pg_class c on c.oid = i.indexrelid
  where i.indrelid = any($1::oid[]) and i.indisunique and not i.indisprimary and i.indislive`

/** Reads the catalogue for these tables; those that do not exist are absent from the answer. */
export async function readCatalogue(
  connections: Connections,
  wanted: readonly { schema: string; name: string }[],
): Promise<Catalogue> {
  const tables = await connections.query<CatalogueTable>(TABLES, [
    wanted.map((table) => table.schema),
    wanted.map((table) => table.name),
  ])
  const oids = tables.rows.map((table) => table.oid)
  const [columns, constraints, indexes, zone] = await Promise.all([
    connections.query<CatalogueColumn>(COLUMNS, [oids]),
    connections.query<CatalogueConstraint>(CONSTRAINTS, [oids]),
    connections.query<CatalogueIndex>(INDEXES, [oids]),
    connections.query<{ zone: string }>("select current_setting('TimeZone') as zone"),
  ])
  return {
    tables: tables.rows,
    columns: columns.rows,
    constraints: constraints.rows,
    indexes: indexes.rows,
    timeZoneIsUtc: /^(UTC|Etc\/UTC|GMT|Etc\/GMT)$/i.test(zone.rows[0]!.zone),
  }
}
