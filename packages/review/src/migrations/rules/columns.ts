/** Changes of columns that make Postgres write every row of the table anew under an exclusive lock. */
import type { ColumnDef, Node } from 'libpg-query'
import { columnTypeOf, isSerial, needsRewrite, shownType, type ColumnType } from '../column-types.js'
import { keyOf, quoted, stringsOf } from '../names.js'
import { partsOf, type MigrationRule } from '../rule.js'
import { nameOf, type Schema } from '../schema.js'

export const typeChangeWithRewrite: MigrationRule = {
  id: 'type-change-with-rewrite',
  title: 'Type change that rewrites the table',
  severity: 'high',
  *look(scene) {
    for (const { cmd, table, start, end } of partsOf(scene)) {
      if (cmd.subtype !== 'AT_AlterColumnType' || !scene.schema.isOld(table)) continue
      const to =
        cmd.def !== undefined && 'ColumnDef' in cmd.def ? columnTypeOf(cmd.def.ColumnDef.typeName) : undefined
      if (to === undefined || cmd.def === undefined || !('ColumnDef' in cmd.def)) continue
      const name = cmd.name ?? ''
      const from = table.columns.get(name)?.type
      const isComputed = computes(cmd.def.ColumnDef.raw_default, name)
      if (!isComputed && !rewrites(scene.schema, from, to)) continue
      const shown = from === undefined ? shownType(to) : `${shownType(from)} to ${shownType(to)}`
      const at = nameOf(table)
      yield {
        table,
        start,
        end,
        confidence: from === undefined && !isComputed ? 'likely' : 'certain',
        message: `Changing ${at}.${quoted(name)} ${from === undefined ? 'to' : 'from'} ${shown} writes every row and index of ${at} anew under an ACCESS EXCLUSIVE lock: every read and write waits meanwhile.`,
        fix: `Add a column ${quoted(`${name}_new`)} ${shownType(to)} beside it, write both (by a trigger or in the code), fill it in batches, read from it, then drop ${quoted(name)} in a later migration.`,
      }
    }
  },
}

/** Of columns that nobody has seen being made: types to which most changes need no rewrite. */
const HARMLESS_TARGETS: ReadonlySet<string> = new Set([
  'text',
  'varchar',
  'numeric',
  'citext',
  'inet',
  'varbit',
])

function rewrites(schema: Schema, from: ColumnType | undefined, to: ColumnType): boolean {
  if (from === undefined) return !HARMLESS_TARGETS.has(to.name)
  const domain = schema.types.get(keyOf({ schema: undefined, name: to.name }))
  if (domain?.base !== undefined && from.name !== to.name)
    return domain.isConstrained || needsRewrite(from, domain.base)
  const base = schema.types.get(keyOf({ schema: undefined, name: from.name }))?.base
  return needsRewrite(base !== undefined && from.name !== to.name ? base : from, to)
}

/** Whether USING says more than the column itself, cast or not. */
function computes(using: Node | undefined, column: string): boolean {
  if (using === undefined) return false
  if ('TypeCast' in using) {
    const { arg } = using.TypeCast
    return arg === undefined || computes(arg, column)
  }
  return !('ColumnRef' in using) || stringsOf(using.ColumnRef.fields).at(-1) !== column
}

export const volatileDefault: MigrationRule = {
  id: 'volatile-default',
  title: 'New column whose value differs by row',
  severity: 'high',
  *look(scene) {
    for (const { cmd, table, start, end } of partsOf(scene)) {
      if (cmd.subtype !== 'AT_AddColumn' || cmd.def === undefined || !('ColumnDef' in cmd.def)) continue
      const column = cmd.def.ColumnDef
      if (!scene.schema.isOld(table)) continue
      if (cmd.missing_ok === true && table.columns.has(column.colname ?? '')) continue
      const reason = perRow(column, scene.schema)
      if (reason === undefined) continue
      const at = nameOf(table)
      const name = quoted(column.colname ?? '')
      yield {
        table,
        start,
        end,
        message: `The new column ${at}.${name} has ${reason}, which differs by row: Postgres writes every row of ${at} anew under an ACCESS EXCLUSIVE lock, and every read and write waits meanwhile.`,
        fix: reason.includes('generated expression')
          ? `Add ${name} as a plain nullable column, write it in the code or by a trigger, and fill the old rows in batches; from Postgres 18 on, GENERATED … VIRTUAL needs no rewrite.`
          : `Add ${name} without a default, then ALTER TABLE ${at} ALTER COLUMN ${name} SET DEFAULT …; which counts for new rows alone, and fill the old rows in batches.`,
      }
    }
  },
}

/** Volatile functions of Postgres and of its usual extensions. `now()` is not one: it is the same for all rows. */
const VOLATILE: ReadonlySet<string> = new Set([
  'random',
  'random_normal',
  'gen_random_uuid',
  'gen_random_bytes',
  'uuidv4',
  'uuidv7',
  'uuid_generate_v1',
  'uuid_generate_v1mc',
  'uuid_generate_v4',
  'clock_timestamp',
  'timeofday',
  'nextval',
  'currval',
  'lastval',
  'setval',
  'gen_salt',
])

function perRow(column: ColumnDef, schema: Schema): string | undefined {
  if (isSerial(column.typeName)) return `the type ${stringsOf(column.typeName?.names).at(-1)}`
  for (const one of column.constraints ?? []) {
    if (!('Constraint' in one)) continue
    const { contype, generated_kind, raw_expr } = one.Constraint
    if (contype === 'CONSTR_IDENTITY') return 'an identity'
    if (contype === 'CONSTR_GENERATED' && generated_kind !== 'v') return 'a stored generated expression'
    if (contype !== 'CONSTR_DEFAULT') continue
    const call = callsOf(raw_expr).find((name) => VOLATILE.has(name) || schema.volatileFunctions.has(name))
    if (call !== undefined) return `the default ${call}()`
  }
  return undefined
}

/** Names of all functions that an expression calls. */
function callsOf(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return []
  if (Array.isArray(value)) return value.flatMap(callsOf)
  const own =
    'FuncCall' in value ? stringsOf((value.FuncCall as { funcname?: Node[] }).funcname).slice(-1) : []
  return [...own, ...Object.values(value).flatMap(callsOf)]
}
