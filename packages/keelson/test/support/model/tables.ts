/**
 * The tables of the model tests, three times over: for Drizzle, for Postgres, and as the engine would learn them from
 * Postgres' catalogue.
 */
import { getTableColumns } from 'drizzle-orm'
import { integer, pgTable, text, type PgTable } from 'drizzle-orm/pg-core'
import type { EffectTable } from '../../../src/engine/port.js'
import { codecFor } from '../../../src/schema/codecs.js'
import type { Tables } from '../../../src/schema/load.js'
import type { ColumnInfo, GuardedTable, TableInfo } from '../../../src/schema/table.js'
import { textOrderOf } from '../../../src/schema/text-order.js'
import type { Checks } from '../memory/constraints.js'

const rows = pgTable('rows', { id: text().primaryKey(), value: integer().notNull() })
const names = pgTable('names', { id: text().primaryKey(), name: text(), uses: integer().notNull() })
const rooms = pgTable('rooms', { id: text().primaryKey(), size: integer().notNull() })
const slots = pgTable('slots', { id: text().primaryKey(), room: text().notNull(), at: integer() })

export const DRIZZLE = { rows, names, rooms, slots } as const
export type TableName = keyof typeof DRIZZLE

export const SCRIPT = `
  create table rows (id text primary key, value int not null constraint rows_value_check check (value >= 0));
  create table names (id text primary key, name text constraint names_name_key unique, uses int not null);
  create table rooms (id text primary key, size int not null);
  create table slots (id text primary key, room text not null constraint slots_room_fkey references rooms, at int, constraint slots_room_at_key unique (room, at));
  create table keelson.notes (seq bigserial primary key, command int not null, log text, payload text not null);
  create table keelson.answers (key text primary key, answer text not null);`

/** What commands leave behind beside rows. */
export const NOTES: EffectTable = {
  name: 'keelson.notes',
  columns: [
    { name: 'command', type: 'int4' },
    { name: 'log', type: 'text' },
    { name: 'payload', type: 'text' },
  ],
}

/** Answers by once-only key. */
export const ANSWERS: EffectTable = {
  name: 'keelson.answers',
  columns: [
    { name: 'key', type: 'text' },
    { name: 'answer', type: 'text' },
  ],
  lookup: 'key',
}

export const CHECKS: Checks = { rows_value_check: (tuple) => Number(tuple[1]) >= 0 }

const INTEGER = {
  name: 'int4',
  oid: 23,
  formatted: 'integer',
  modifier: -1,
  kind: 'base',
  labels: [],
} as const
const TEXT = { name: 'text', oid: 25, formatted: 'text', modifier: -1, kind: 'base', labels: [] } as const

interface Keys {
  readonly uniques?: readonly { readonly name: string; readonly columns: readonly string[] }[]
  readonly foreignKeys?: TableInfo['foreignKeys']
  readonly checks?: TableInfo['checks']
  readonly referencedBy?: readonly GuardedTable[]
  readonly rank?: number
}

function tableInfo(
  id: number,
  name: TableName,
  { uniques = [], foreignKeys = [], checks = [], referencedBy = [], rank = 0 }: Keys = {},
): TableInfo {
  const drizzle: PgTable = DRIZZLE[name]
  const columns = Object.entries(getTableColumns(drizzle)).map(([property, column], index): ColumnInfo => {
    const type = column.getSQLType() === 'integer' ? INTEGER : TEXT
    const unique = uniques.some((one) => one.columns.includes(property))
    return {
      index,
      property,
      name: property,
      sql: `"${property}"`,
      type: type.formatted,
      cast: type.formatted,
      array: false,
      notNull: column.notNull,
      codec: codecFor(column, type, true),
      drizzle: column,
      defaultText: null,
      generated: undefined,
      keyed:
        unique ||
        property === 'id' ||
        foreignKeys.some((key) => key.columns.includes(index)) ||
        (referencedBy.length > 0 && property === 'id'),
      unique,
      textEquality: true,
      textOrder: textOrderOf(type.name, true),
      changeIsDelicate: property === 'id' ? 'the key of a row changes' : undefined,
    }
  })
  const byProperty = new Map(columns.map((column) => [column.property, column]))
  return {
    id,
    name: `public.${name}`,
    sql: `"public"."${name}"`,
    external: false,
    drizzle,
    columns,
    byProperty,
    primaryKey: [byProperty.get('id')!],
    primaryKeyName: `${name}_pkey`,
    keyIsText: true,
    uniques: uniques.map((unique) => ({
      name: unique.name,
      columns: unique.columns.map((property) => byProperty.get(property)!.index),
      complex: false,
      byText: true,
      nullsEqual: false,
    })),
    foreignKeys,
    referencedBy,
    writtenByOne: false,
    checks,
    rank,
    deferrable: false,
    computed: false,
    insertIsDelicate: undefined,
    updateIsDelicate: undefined,
    deleteIsDelicate: undefined,
  }
}

export const INFOS: Readonly<Record<TableName, TableInfo>> = {
  rows: tableInfo(11, 'rows', {
    checks: [{ name: 'rows_value_check', columns: [1], expression: 'value >= 0' }],
  }),
  names: tableInfo(12, 'names', { uniques: [{ name: 'names_name_key', columns: ['name'] }] }),
  rooms: tableInfo(13, 'rooms', {
    referencedBy: [{ id: 14, name: 'public.slots', sql: '"public"."slots"', external: false }],
  }),
  slots: tableInfo(14, 'slots', {
    uniques: [{ name: 'slots_room_at_key', columns: ['room', 'at'] }],
    foreignKeys: [{ name: 'slots_room_fkey', columns: [1], references: 13, referencedColumns: ['id'] }],
    rank: 1,
  }),
}

export const TABLES: Tables = new Map(Object.values(INFOS).map((info) => [info.drizzle, info]))
export const TABLE_NAMES = Object.keys(DRIZZLE) as TableName[]
