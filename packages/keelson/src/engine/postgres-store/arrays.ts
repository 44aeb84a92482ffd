/** Postgres' text form of arrays, for parameters that hold one element a row. */
import { splitKey, type TableInfo } from '../../schema/table.js'

const SPECIAL = /["\\]/
const CONTROL = /[^ -\ud7ff\ue000-\uffff]/

/**
 * One element. Postgres and JSON quote alike where there is neither a control character nor half of a surrogate pair,
 * and JSON's own writer is much faster than ours.
 */
function element(value: string | null | undefined): string {
  if (value === null || value === undefined) return 'NULL'
  if (!SPECIAL.test(value)) return `"${value}"`
  return CONTROL.test(value) ? `"${value.replace(/["\\]/g, '\\$&')}"` : JSON.stringify(value)
}

/** One array of these texts; null elements are SQL's NULL. */
export function arrayOf(values: readonly (string | null | undefined)[]): string {
  let text = '{'
  for (let at = 0; at < values.length; at++)
    text += at === 0 ? element(values[at]) : `,${element(values[at])}`
  return `${text}}`
}

/** One array a column from tuples, for the columns at these places. */
export function columnArrays(
  tuples: readonly (readonly (string | null)[])[],
  places: readonly number[],
): string[] {
  return places.map((place) => {
    let text = '{'
    for (let at = 0; at < tuples.length; at++) {
      const value = element(tuples[at]![place])
      text += at === 0 ? value : `,${value}`
    }
    return `${text}}`
  })
}

/** One array for each column of the primary key. */
export function keyArrays(table: TableInfo, keys: readonly string[]): string[] {
  return table.primaryKey.length === 1
    ? [arrayOf(keys)]
    : columnArrays(keys.map(splitKey), [...table.primaryKey.keys()])
}
