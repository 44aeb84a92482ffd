/** Dates and instants: JavaScript has milliseconds, Postgres microseconds and its own way to print them. */
import type { PgColumn } from 'drizzle-orm/pg-core'
import { KeelsonError } from '../errors.js'
import type { CatalogueType } from './catalogue-type.js'
import type { Codec } from './table.js'

const bad = (column: PgColumn): KeelsonError =>
  new KeelsonError('value_out_of_range', {
    message: `${column.name}: a date is needed.`,
    details: { field: column.name },
  })

/** Commands of one moment write one time: the last text made is the likeliest to be wanted again. */
let lastMs = Number.NaN
let lastText = ''

/** `2026-01-02T03:04:05.120Z` as Postgres prints it: `2026-01-02 03:04:05.12`. */
function postgresInstant(date: Date): string {
  const ms = date.getTime()
  if (ms !== lastMs) {
    lastText = formatInstant(date)
    lastMs = ms
  }
  return lastText
}

function formatInstant(date: Date): string {
  const iso = date.toISOString()
  if (iso.length !== 24) return iso
  const millis = iso.slice(20, 23)
  const fraction = millis === '000' ? '' : `.${millis.replace(/0+$/, '')}`
  return `${iso.slice(0, 10)} ${iso.slice(11, 19)}${fraction}`
}

/** Columns of Drizzle's mode `date`; without a zone they mean UTC, as Drizzle has it. */
export function instantCodec(column: PgColumn, type: CatalogueType, timeZoneIsUtc: boolean): Codec {
  const zoned = type.name === 'timestamptz'
  return {
    // A precision below milliseconds makes Postgres round what we send.
    exact: (type.modifier === -1 || type.modifier >= 3) && (!zoned || timeZoneIsUtc),
    decode(text) {
      const iso = text.replace(' ', 'T')
      if (!zoned) return new Date(`${iso}Z`)
      return new Date(/[+-]\d\d$/.test(iso) ? `${iso}:00` : iso)
    },
    encode(value) {
      if (!(value instanceof Date) || Number.isNaN(value.getTime())) throw bad(column)
      const text = postgresInstant(value)
      return zoned && !text.endsWith('Z') ? `${text}+00` : text
    },
  }
}

/** Calendar dates, in Drizzle's mode `date` (midnight UTC) or `string`. */
export function dateCodec(column: PgColumn): Codec {
  const asDate = column.dataType === 'date'
  return {
    exact: true,
    decode: asDate ? (text) => new Date(`${text}T00:00:00Z`) : (text) => text,
    encode(value) {
      if (value instanceof Date && !Number.isNaN(value.getTime())) return value.toISOString().slice(0, 10)
      if (typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value)) return value
      throw bad(column)
    },
  }
}
