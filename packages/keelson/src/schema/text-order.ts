/**
 * Comparing two values by the texts that Postgres prints for them, as Postgres itself would compare the values: for types
 * and forms of text where that is certain. Elsewhere nothing is said, and the database is asked.
 */

/** Below zero, zero, above zero; undefined where the texts do not tell. */
export type TextOrder = (left: string, right: string) => number | undefined

const byUnits = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0)

/** Whole numbers; those of eight bytes do not fit a JavaScript number. */
const wholeNumbers: TextOrder = (left, right) => {
  if (left.length < 16 && right.length < 16) return Number(left) - Number(right)
  const [one, other] = [BigInt(left), BigInt(right)]
  return one < other ? -1 : one > other ? 1 : 0
}

const DECIMAL = /^-?\d+(?:\.\d+)?$/

/** Of any scale: `1.0` equals `1.00`. Infinities and NaN are left to the database. */
const decimals: TextOrder = (left, right) => {
  if (!DECIMAL.test(left) || !DECIMAL.test(right)) return undefined
  const scale = Math.max(decimalsOf(left), decimalsOf(right))
  const difference = scaled(left, scale) - scaled(right, scale)
  return difference < 0n ? -1 : difference > 0n ? 1 : 0
}

const decimalsOf = (text: string): number => (text.includes('.') ? text.length - text.indexOf('.') - 1 : 0)

const scaled = (text: string, scale: number): bigint =>
  BigInt(text.replace('.', '') + '0'.repeat(scale - decimalsOf(text)))

const PLAIN_TIME = /^\d{4}-\d\d-\d\d(?: \d\d:\d\d:\d\d(?:\.\d+)?(?:\+00)?)?$/

/** Dates and times of the years 1 to 9999, in UTC: `+` and the end of a text come before `.`, as no fraction before one. */
const times: TextOrder = (left, right) =>
  PLAIN_TIME.test(left) && PLAIN_TIME.test(right) ? byUnits(left, right) : undefined

/** By code points, as collations C and C.UTF-8 sort in UTF-8; JavaScript's own order puts surrogates before U+E000. */
function byCodePoints(left: string, right: string): number {
  const length = Math.min(left.length, right.length)
  for (let at = 0; at < length; at++) {
    const [one, other] = [left.charCodeAt(at), right.charCodeAt(at)]
    if (one !== other) return lifted(one) - lifted(other)
  }
  return left.length - right.length
}

const lifted = (unit: number): number => (unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit)

const ORDERS: Readonly<Record<string, TextOrder>> = {
  int2: wholeNumbers,
  int4: wholeNumbers,
  int8: wholeNumbers,
  numeric: decimals,
  // Lower case hexadecimal digits, and `f` before `t`.
  uuid: byUnits,
  bool: byUnits,
  bytea: byUnits,
  date: times,
  timestamp: times,
  timestamptz: times,
}

/** For a type by its name in the catalogue; `sortsByCodePoint` is for texts. */
export function textOrderOf(type: string, sortsByCodePoint: boolean): TextOrder | undefined {
  if (type === 'text' || type === 'varchar') return sortsByCodePoint ? byCodePoints : undefined
  return ORDERS[type]
}
