/** The Zod schema of one Drizzle column: its type in handlers, its form on the wire, its lengths and ranges. */
import type { PgColumn } from 'drizzle-orm/pg-core'
import * as z from 'zod'
import { bigintCodec, bytesCodec, dayCodec, timestampCodec } from './json-codecs.js'

interface ColumnConfig {
  readonly columnType: string
  readonly data: unknown
  readonly enumValues?: unknown
}

type Exactly<Data, Base, S> = Base extends Data ? S : z.ZodType<Data, Data>

type Enumerated<Values> = Values extends readonly [infer First extends string, ...infer Rest extends string[]]
  ? string extends First
    ? never
    : z.ZodEnum<{ [V in First | Rest[number]]: V }>
  : never

type BigintColumn = 'PgBigInt64' | 'PgBigSerial64' | 'PgNumericBigInt'

type NotNullSchema<C extends ColumnConfig> = C['columnType'] extends 'PgTimestamp'
  ? z.ZodCodec<z.ZodISODateTime, z.ZodDate>
  : C['columnType'] extends 'PgDate'
    ? z.ZodCodec<z.ZodISODate, z.ZodDate>
    : C['columnType'] extends BigintColumn
      ? z.ZodCodec<z.ZodString, z.ZodBigInt>
      : C['columnType'] extends 'PgUUID'
        ? Exactly<C['data'], string, z.ZodGUID>
        : C extends {
              readonly columnType: 'PgArray'
              readonly baseBuilder: infer Element extends ColumnConfig
            }
          ? z.ZodArray<NotNullSchema<Element>>
          : [Enumerated<C['enumValues']>] extends [never]
            ? Plain<C['data']>
            : Enumerated<C['enumValues']>

type Plain<Data> = [Data] extends [string]
  ? Exactly<Data, string, z.ZodString>
  : [Data] extends [number]
    ? Exactly<Data, number, z.ZodNumber>
    : [Data] extends [boolean]
      ? z.ZodBoolean
      : [Data] extends [Buffer]
        ? z.ZodCodec<z.ZodBase64, z.ZodCustom<Buffer, Buffer>>
        : z.ZodType<Data, Data>

export type ColumnSchema<C extends { readonly _: ColumnConfig & { readonly notNull: boolean } }> =
  C['_']['notNull'] extends true ? NotNullSchema<C['_']> : z.ZodNullable<NotNullSchema<C['_']>>

/** The same without null. */
export type ValueSchema<C extends { readonly _: ColumnConfig }> = NotNullSchema<C['_']>

export function columnSchema(column: PgColumn): z.ZodType {
  const schema = notNullSchema(column)
  return column.notNull ? schema : schema.nullable()
}

interface Details {
  readonly length?: number
  readonly size?: number
  readonly baseColumn?: PgColumn
  readonly dimensions?: number
}

const NUMERIC = /^(-?\d+(\.\d+)?|NaN|-?Infinity)$/
const whole = (bits: number): z.ZodType =>
  z
    .int()
    .min(-(2 ** (bits - 1)))
    .max(2 ** (bits - 1) - 1)

/** By Drizzle's name of the column's class. */
const BY_TYPE: Readonly<Record<string, (column: Details) => z.ZodType>> = {
  PgTimestamp: timestampCodec,
  PgDate: dayCodec,
  PgDateString: () => z.iso.date(),
  PgBigInt53: () => z.int(),
  PgBigSerial53: () => z.int(),
  PgBigInt64: bigintCodec,
  PgBigSerial64: bigintCodec,
  PgInteger: () => whole(32),
  PgSerial: () => whole(32),
  PgSmallInt: () => whole(16),
  PgSmallSerial: () => whole(16),
  PgNumeric: () => z.string().regex(NUMERIC, 'must be a decimal number as text'),
  PgNumericNumber: () => z.number(),
  PgNumericBigInt: bigintCodec,
  PgReal: () => z.number(),
  PgDoublePrecision: () => z.number(),
  PgBoolean: () => z.boolean(),
  // Postgres takes any 128 bits for a uuid, whatever version they claim.
  PgUUID: () => z.guid(),
  PgChar: ({ length }) => text(length),
  PgVarchar: ({ length }) => text(length),
  PgArray: ({ baseColumn, size }) => {
    const array = z.array(notNullSchema(baseColumn!))
    return size === undefined ? array : array.length(size)
  },
  PgPointTuple: () => z.tuple([z.number(), z.number()]),
  PgPointObject: () => z.object({ x: z.number(), y: z.number() }),
  PgLine: () => z.tuple([z.number(), z.number(), z.number()]),
  PgLineABC: () => z.object({ a: z.number(), b: z.number(), c: z.number() }),
  PgVector: ({ dimensions }) => vector(dimensions),
  PgHalfVector: ({ dimensions }) => vector(dimensions),
}

const text = (length: number | undefined): z.ZodType =>
  length === undefined ? z.string() : z.string().max(length)

const vector = (dimensions: number | undefined): z.ZodType =>
  dimensions === undefined ? z.array(z.number()) : z.array(z.number()).length(dimensions)

/** The schema of a column's values, null left aside. */
export function notNullSchema(column: PgColumn): z.ZodType {
  const { enumValues } = column
  if (enumValues !== undefined && enumValues.length > 0) return z.enum(enumValues as [string, ...string[]])
  const known = BY_TYPE[column.columnType]
  if (known !== undefined) return known(column as Details)
  if (column.getSQLType() === 'bytea') return bytesCodec()
  return column.dataType === 'string' ? z.string() : present()
}

/** Any JSON value, as of json columns and types of one's own; missing is not a value. */
const present = (): z.ZodType => z.unknown().refine((value) => value !== undefined, 'is required')
