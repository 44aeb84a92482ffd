/**
 * Types of columns, and which change of one needs no rewrite of the table. The list follows ATColumnChangeRequiresRewrite
 * and the support functions of the length coercions in Postgres 15 to 18; test/migrations/truth.test.ts asks a server.
 */
import type { Node, TypeName } from 'libpg-query'
import { stringsOf } from './names.js'

export interface ColumnType {
  /** As in pg_type, without its schema: `int4`, `varchar`, `status`. */
  readonly name: string
  /** Length, or precision and scale. */
  readonly modifiers: readonly number[]
  readonly isArray: boolean
}

const ALIASES: Readonly<Record<string, string>> = {
  serial: 'int4',
  serial4: 'int4',
  bigserial: 'int8',
  serial8: 'int8',
  smallserial: 'int2',
  serial2: 'int2',
  // What is written between quotes or after a schema reaches us as it is.
  integer: 'int4',
  bigint: 'int8',
}

export function columnTypeOf(type: TypeName | undefined): ColumnType | undefined {
  const name = stringsOf(type?.names).at(-1)
  if (type === undefined || name === undefined) return undefined
  return {
    name: ALIASES[name] ?? name,
    modifiers: (type.typmods ?? []).map(integerOf),
    isArray: (type.arrayBounds ?? []).length > 0,
  }
}

function integerOf(node: Node): number {
  return 'A_Const' in node ? (node.A_Const.ival?.ival ?? 0) : Number.NaN
}

export const isSerial = (type: TypeName | undefined): boolean =>
  /^(small|big)?serial[248]?$/.test(stringsOf(type?.names).at(-1) ?? '')

const SHOWN: Readonly<Record<string, string>> = {
  int2: 'smallint',
  int4: 'integer',
  int8: 'bigint',
  float4: 'real',
  float8: 'double precision',
  bool: 'boolean',
  bpchar: 'char',
}

export function shownType({ name, modifiers, isArray }: ColumnType): string {
  const length = modifiers.length > 0 && !modifiers.some(Number.isNaN) ? `(${modifiers.join(',')})` : ''
  return `${SHOWN[name] ?? name}${length}${isArray ? '[]' : ''}`
}

/** Pairs whose values look the same on disk. */
const SAME_BYTES: ReadonlySet<string> = new Set([
  'varchar>text',
  'text>varchar',
  'citext>text',
  'text>citext',
  'citext>varchar',
  'varchar>citext',
  'cidr>inet',
  'xml>text',
  'xml>varchar',
  'int4>oid',
  'oid>int4',
  'bit>varbit',
])

/** Types whose only modifier may grow. */
const GROWS: ReadonlySet<string> = new Set([
  'varchar',
  'varbit',
  'timestamp',
  'timestamptz',
  'time',
  'timetz',
])

/** Whether Postgres writes every row anew to bring a column from one type to the other. */
export function needsRewrite(from: ColumnType, to: ColumnType): boolean {
  const isSame = from.name === to.name && from.isArray === to.isArray
  if (isSame && String(from.modifiers) === String(to.modifiers)) return false
  if (from.isArray || to.isArray) return !(isSame && to.modifiers.length === 0)
  if (isSame) return !modifierGrows(from, to)
  if (!SAME_BYTES.has(`${from.name}>${to.name}`)) return true
  return to.modifiers.length > 0 && !(from.name !== 'text' && modifierGrows(from, to))
}

function modifierGrows(from: ColumnType, to: ColumnType): boolean {
  if (to.name === 'numeric') {
    if (to.modifiers.length === 0) return true
    const [precision = Number.NaN, scale = 0] = from.modifiers
    const [newPrecision = Number.NaN, newScale = 0] = to.modifiers
    return newScale === scale && newPrecision >= precision
  }
  if (!GROWS.has(to.name)) return false
  if (to.modifiers.length === 0) return true
  const [length = to.name.startsWith('time') ? 6 : Number.NaN] = from.modifiers
  return to.modifiers[0]! >= length
}
