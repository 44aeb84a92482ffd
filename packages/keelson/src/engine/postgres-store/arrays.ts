/** Postgres' text form of arrays, for parameters that hold one element a row. */
import { splitKey, type TableInfo } from '../../schema/table.js'

type Elements = readonly (string | null | undefined)[]

/** What JSON escapes otherwise than Postgres: control characters and halves of surrogate pairs. */
const OTHERWISE = /\\[bfnrtu]/

/** One array of these texts; null elements are SQL's NULL. */
export function arrayOf(values: Elements): string {
  // Both quote alike, Postgres takes `null` for NULL, and JSON's own writer is much faster than ours.
  const json = JSON.stringify(values)
  return OTHERWISE.test(json) ? quoted(values) : `{${json.slice(1, -1)}}`
}

const quoted = (values: Elements): string =>
  `{${values.map((value) => (value === null || value === undefined ? 'NULL' : `"${value.replace(/["\\]/g, '\\$&')}"`)).join()}}`

/** One array a column from tuples, for the columns at these places. */
export function columnArrays(
  tuples: readonly (readonly (string | null)[])[],
  places: readonly number[],
): string[] {
  return places.map((place) => {
    // Grown, not made with a length: JSON's fast way is for arrays that never had holes.
    const column: (string | null | undefined)[] = []
    for (let at = 0; at < tuples.length; at++) column.push(tuples[at]![place])
    return arrayOf(column)
  })
}

/** One array for each column of the primary key. */
export function keyArrays(table: TableInfo, keys: readonly string[]): string[] {
  return table.primaryKey.length === 1
    ? [arrayOf(keys)]
    : columnArrays(keys.map(splitKey), [...table.primaryKey.keys()])
}
