/** Postgres' text form of arrays, for parameters that hold one element a row. */

import { splitKey, type TableInfo } from '../../schema/table.js'

const SPECIAL = /["\\]/

/** One array of these texts; null elements are SQL's NULL. */
export function arrayOf(values: Iterable<string | null | undefined>): string {
  let text = '{'
  let separator = ''
  for (const value of values) {
    text += separator
    if (value === null || value === undefined) text += 'NULL'
    else if (SPECIAL.test(value)) text += `"${value.replace(/["\\]/g, '\\$&')}"`
    else text += `"${value}"`
    separator = ','
  }
  return `${text}}`
}

/** One array a column from tuples, for the columns at these places. */
export function columnArrays(
  tuples: readonly (readonly (string | null)[])[],
  places: readonly number[],
): string[] {
  return places.map((place) => arrayOf(tuples.map((tuple) => tuple[place])))
}

/** One array for each column of the primary key. */
export function keyArrays(table: TableInfo, keys: readonly string[]): string[] {
  return table.primaryKey.length === 1
    ? [arrayOf(keys)]
    : columnArrays(keys.map(splitKey), [...table.primaryKey.keys()])
}
