/**
 * How values pass between handlers and Postgres' text, for each type of column. Types whose stored form Postgres may
 * change (jsonb, citext, numeric without a plain form, …) are marked inexact: the engine then never lets another
 * member read such a value from memory.
 */
import type { PgColumn } from 'drizzle-orm/pg-core'
import pg from 'pg'
import { KeelsonError } from '../errors.js'
import type { CatalogueType } from './catalogue-type.js'
import { canonicalNumeric } from './numeric.js'
import type { Codec } from './table.js'
import { dateCodec, instantCodec } from './time-codecs.js'

const outOfRange = (column: PgColumn, why: string): KeelsonError =>
  new KeelsonError('value_out_of_range', {
    message: `${column.name}: ${why}`,
    details: { field: column.name },
  })

const INTEGER_RANGES: Readonly<Record<string, { min: bigint; max: bigint }>> = {
  int2: { min: -(2n ** 15n), max: 2n ** 15n - 1n },
  int4: { min: -(2n ** 31n), max: 2n ** 31n - 1n },
  int8: { min: -(2n ** 63n), max: 2n ** 63n - 1n },
}

function integerCodec(column: PgColumn, type: string): Codec {
  const range = INTEGER_RANGES[type]!
  const min = Number(range.min)
  const max = Number(range.max)
  const decode =
    column.dataType === 'bigint'
      ? (text: string) => BigInt(text)
      : column.dataType === 'string'
        ? (text: string) => text
        : Number
  return {
    exact: true,
    integer: range,
    decode,
    encode(value) {
      if (
        typeof value === 'number' &&
        Number.isInteger(value) &&
        value >= min &&
        value <= max &&
        Number.isSafeInteger(value)
      )
        return String(value)
      if (typeof value === 'number' && !Number.isSafeInteger(value))
        throw outOfRange(column, `${value} is not a whole number that can be stored exactly.`)
      if (
        typeof value === 'bigint' ||
        typeof value === 'number' ||
        (typeof value === 'string' && /^-?\d{1,19}$/.test(value))
      ) {
        const whole = BigInt(value)
        if (whole >= range.min && whole <= range.max) return whole.toString()
      }
      throw outOfRange(column, `${String(value)} does not fit ${type}.`)
    },
  }
}

function textCodec(column: PgColumn, type: CatalogueType): Codec {
  const lengthMax = type.name === 'varchar' && type.modifier >= 4 ? type.modifier - 4 : Infinity
  return {
    exact: type.name === 'text' || type.name === 'varchar',
    decode: (text) => text,
    encode(value) {
      if (typeof value !== 'string') throw outOfRange(column, 'a text is needed.')
      if (value.includes('\0')) throw outOfRange(column, 'a text must not hold the character NUL.')
      // varchar counts characters, JavaScript counts UTF-16 units; only a longer one needs the slow count.
      if (value.length > lengthMax && Array.from(value).length > lengthMax)
        throw outOfRange(column, `more than ${lengthMax} characters.`)
      return value.isWellFormed() ? value : value.toWellFormed()
    },
  }
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

const uuidCodec = (column: PgColumn): Codec => ({
  exact: true,
  decode: (text) => text,
  encode(value) {
    if (typeof value === 'string') {
      if (UUID.test(value)) return value
      const lower = value.toLowerCase()
      if (UUID.test(lower)) return lower
    }
    throw outOfRange(column, 'a UUID is needed.')
  },
})

const booleanCodec = (column: PgColumn): Codec => ({
  exact: true,
  decode: (text) => text === 't',
  encode(value) {
    if (typeof value !== 'boolean') throw outOfRange(column, 'true or false is needed.')
    return value ? 't' : 'f'
  },
})

const enumCodec = (column: PgColumn, labels: readonly string[]): Codec => ({
  exact: true,
  decode: (text) => text,
  encode(value) {
    if (typeof value === 'string' && labels.includes(value)) return value
    throw outOfRange(column, `one of ${labels.join(', ')} is needed.`)
  },
})

const floatCodec = (column: PgColumn, type: string): Codec => ({
  exact: type === 'float8',
  decode: Number,
  encode(value) {
    if (typeof value !== 'number') throw outOfRange(column, 'a number is needed.')
    return Object.is(value, -0) ? '-0' : String(value)
  },
})

function numericCodec(column: PgColumn, type: CatalogueType): Codec {
  const scale = type.modifier >= 4 ? (type.modifier - 4) & 0x7ff : undefined
  const decode =
    column.dataType === 'number' ? Number : column.dataType === 'bigint' ? BigInt : (text: string) => text
  return {
    // A scale may be negative since Postgres 15 (stored with the sign bit of 11 bits): left to the server.
    exact: scale === undefined || scale < 0x400,
    decode,
    encode(value) {
      const text = canonicalNumeric(String(value), scale !== undefined && scale < 0x400 ? scale : undefined)
      if (text === undefined) throw outOfRange(column, `${String(value)} is not a decimal number.`)
      return text
    },
  }
}

const jsonCodec = (column: PgColumn, type: string): Codec => ({
  exact: type === 'json',
  decode: (text) => JSON.parse(text) as unknown,
  encode(value) {
    const text = JSON.stringify(value) as string | undefined
    if (text === undefined) throw outOfRange(column, 'the value has no JSON form.')
    return text
  },
})

/** Drizzle's own writer and reader of arrays lose backslashes; it is asked for the elements alone. */
function arrayText(column: PgColumn, values: readonly unknown[]): string {
  const base = baseOf(column)
  const elements = values.map((value) => {
    if (value === null) return 'NULL'
    if (Array.isArray(value)) return arrayText(base, value)
    return `"${driverText(base, value).replace(/["\\]/g, '\\$&')}"`
  })
  return `{${elements.join(',')}}`
}

function arrayValues(column: PgColumn, texts: readonly unknown[]): unknown[] {
  const base = baseOf(column)
  return texts.map((text) => {
    if (text === null) return null
    return Array.isArray(text) ? arrayValues(base, text) : base.mapFromDriverValue(text)
  })
}

const baseOf = (column: PgColumn): PgColumn =>
  'baseColumn' in column ? (column.baseColumn as PgColumn) : column

function driverText(column: PgColumn, value: unknown): string {
  const driver = column.mapToDriverValue(value)
  if (typeof driver === 'string') return driver
  if (Buffer.isBuffer(driver)) return `\\x${driver.toString('hex')}`
  if (driver instanceof Date) return driver.toISOString()
  if (typeof driver === 'number' || typeof driver === 'bigint' || typeof driver === 'boolean')
    return String(driver)
  if (typeof driver === 'object' && driver !== null) return JSON.stringify(driver)
  throw outOfRange(column, 'the value cannot be stored.')
}

const parserOf = pg.types.getTypeParser as (oid: number, format: 'text') => (text: string) => unknown

/** pg_type.oid of `text[]`, the same in every database. */
const TEXT_ARRAY_OID = 1009

/** The driver's reader of `text[]`, nested where the array is. */
const parseTexts = parserOf(TEXT_ARRAY_OID, 'text') as (text: string) => unknown[]

/** Whatever Drizzle and the driver make of it; never trusted to be what Postgres would print. */
function drizzleCodec(column: PgColumn, type: CatalogueType): Codec {
  const parse = parserOf(type.oid, 'text')
  const keepsText =
    type.kind === 'array' || /^(timestamp|timestamptz|date|interval|time|timetz)$/.test(type.name)
  return {
    exact: false,
    decode(text) {
      if (type.kind === 'array' && 'baseColumn' in column) return arrayValues(column, parseTexts(text))
      return column.mapFromDriverValue(keepsText ? text : parse(text))
    },
    encode(value) {
      if (type.kind === 'array' && Array.isArray(value)) return arrayText(column, value)
      return driverText(column, value)
    },
  }
}

const isCustom = (column: PgColumn): boolean => column.columnType === 'PgCustomColumn'

/** The codec of a column: the handler's side from Drizzle, the stored side from the catalogue. */
export function codecFor(column: PgColumn, type: CatalogueType, timeZoneIsUtc: boolean): Codec {
  if (isCustom(column) || type.kind === 'array' || type.kind === 'other') return drizzleCodec(column, type)
  if (type.kind === 'enum') return enumCodec(column, type.labels)
  switch (type.name) {
    case 'int2':
    case 'int4':
    case 'int8':
      return integerCodec(column, type.name)
    case 'text':
    case 'varchar':
      return column.dataType === 'string' ? textCodec(column, type) : drizzleCodec(column, type)
    case 'uuid':
      return uuidCodec(column)
    case 'bool':
      return booleanCodec(column)
    case 'float4':
    case 'float8':
      return column.dataType === 'number' ? floatCodec(column, type.name) : drizzleCodec(column, type)
    case 'numeric':
      return numericCodec(column, type)
    case 'json':
    case 'jsonb':
      return jsonCodec(column, type.name)
    case 'timestamptz':
    case 'timestamp':
      return column.dataType === 'date'
        ? instantCodec(column, type, timeZoneIsUtc)
        : drizzleCodec(column, type)
    case 'date':
      return dateCodec(column)
    default:
      return drizzleCodec(column, type)
  }
}
