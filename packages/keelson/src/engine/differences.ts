/** How two runs of one handler differ, in words for the one who wrote it. Rows are compared by what becomes of them. */
import { isDeepStrictEqual } from 'node:util'
import { KeelsonError } from '../errors.js'
import { splitKey, type TableInfo, type Tuple } from '../schema/table.js'
import { Attempt } from './attempt.js'
import type { Outcome } from './outcome.js'
import type { EffectRow, EffectTable } from './port.js'
import type { RowOp } from './row-op.js'

/** Characters of a value that are shown. */
const TEXT_MAX = 60

const cut = (text: string): string => (text.length > TEXT_MAX ? `${text.slice(0, TEXT_MAX)}…` : text)

/** A key, or a value of one, as it is written in code. */
export const keyText = (key: string): string =>
  splitKey(key)
    .map((part) => `'${cut(part)}'`)
    .join(', ')

/** As in code: the schema that is no news is left out. */
export const nameOf = ({ name }: TableInfo): string => name.replace(/^public\./, '')

const changed = (place: string, before: string, after: string): string => `${place}: ${before} → ${after}`

/** What the second run did otherwise. */
export function differencesOf(first: Attempt, second: Attempt): string[] {
  const outcomes = outcomeDifferences(first.outcome!, second.outcome!)
  // A refusal keeps nothing of what was written.
  if (!first.outcome!.ok || !second.outcome!.ok) return outcomes
  return [...writeDifferences(first, second), ...effectDifferences(first, second), ...outcomes]
}

function outcomeDifferences(first: Outcome<unknown>, second: Outcome<unknown>): string[] {
  if (first.ok && second.ok) return valueDifferences('the answer', first.value, second.value)
  if (first.ok !== second.ok) return [changed('the outcome', outcomeText(first), outcomeText(second))]
  const before = outcomeText(first)
  const after = outcomeText(second)
  if (before !== after) return [changed('the error', before, after)]
  return valueDifferences(`the error ${before}`, detailsOf(first), detailsOf(second))
}

function outcomeText(outcome: Outcome<unknown>): string {
  if (outcome.ok) return 'a success'
  const { error } = outcome
  if (error instanceof KeelsonError) return error.code
  return error instanceof Error ? error.name : typeof error
}

const detailsOf = (outcome: Outcome<unknown>): unknown =>
  !outcome.ok && outcome.error instanceof KeelsonError ? outcome.error.details : undefined

function writeDifferences(first: Attempt, second: Attempt): string[] {
  const tables = new Set([...first.writes, ...second.writes].map(({ table }) => table))
  return [...tables].flatMap((table) => tableDifferences(table, first, second))
}

function tableDifferences(table: TableInfo, first: Attempt, second: Attempt): string[] {
  const before = first.opsOf(table) ?? new Map<string, readonly RowOp[]>()
  const after = second.opsOf(table) ?? new Map<string, readonly RowOp[]>()
  const found: string[] = []
  for (const [key, ops] of before) {
    const again = after.get(key)
    if (again && !isDeepStrictEqual(ops, again)) found.push(...rowDifferences(table, key, first, ops, again))
  }
  const gone = [...before].filter(([key]) => !after.has(key))
  const come = [...after].filter(([key]) => !before.has(key))
  // A row under another key each time is one difference, not two.
  const pairs = Math.min(gone.length, come.length)
  for (let at = 0; at < pairs; at++)
    found.push(
      changed(
        `the row of ${nameOf(table)} that is written (${wordOf(come[at]![1])})`,
        keyText(gone[at]![0]),
        keyText(come[at]![0]),
      ),
    )
  for (const [key, ops] of gone.slice(pairs))
    found.push(`${nameOf(table)}[${keyText(key)}]: ${wordOf(ops)} only the first time`)
  for (const [key, ops] of come.slice(pairs))
    found.push(`${nameOf(table)}[${keyText(key)}]: ${wordOf(ops)} only the second time`)
  return found
}

const WORDS = { insert: 'inserted', patch: 'updated', increment: 'incremented', delete: 'deleted' } as const
const wordOf = (ops: readonly RowOp[]): string => WORDS[ops.at(-1)!.kind]

function rowDifferences(
  table: TableInfo,
  key: string,
  { rows }: Attempt,
  first: readonly RowOp[],
  second: readonly RowOp[],
): string[] {
  const place = `${nameOf(table)}[${keyText(key)}]`
  const base = rows.get(table)?.get(key)
  if (base === undefined && first[0]!.kind !== 'insert') return unseenDifferences(table, place, first, second)
  const before = Attempt.fold(table, base ?? null, first)
  const after = Attempt.fold(table, base ?? null, second)
  if (before === null || after === null)
    return before === after ? [] : [changed(place, wordOf(first), wordOf(second))]
  return table.columns.flatMap(({ index, property }) =>
    textDifferences(`${place}.${property}`, before[index]!, after[index]!),
  )
}

/** A row that was written without having been read: only what is done to it is known. */
function unseenDifferences(
  table: TableInfo,
  place: string,
  first: readonly RowOp[],
  second: readonly RowOp[],
): string[] {
  const [before, after] = [setsOf(table, first), setsOf(table, second)]
  const properties = new Set([...before.keys(), ...after.keys()])
  return [...properties].flatMap((property) =>
    textDifferences(`${place}${property}`, before.get(property) ?? null, after.get(property) ?? null),
  )
}

function setsOf(table: TableInfo, ops: readonly RowOp[]): Map<string, string | null> {
  const sets = new Map<string, string | null>()
  ops.forEach((op, at) => {
    if (op.kind === 'patch')
      op.columns.forEach((column, place) =>
        sets.set(`.${table.columns[column]!.property}`, op.values[place]!),
      )
    else if (op.kind === 'increment')
      op.columns.forEach((column, place) =>
        sets.set(`.${table.columns[column]!.property} (change ${at + 1})`, `+ ${op.deltas[place]}`),
      )
    else sets.set('', WORDS[op.kind])
  })
  return sets
}

function effectDifferences(first: Attempt, second: Attempt): string[] {
  const tables = new Set<EffectTable>([...first.effects.keys(), ...second.effects.keys()])
  return [...tables].flatMap((table) => {
    const before = first.effects.get(table) ?? []
    const after = second.effects.get(table) ?? []
    const length = Math.max(before.length, after.length)
    return Array.from({ length }, (_, at) => effectDifference(table, before[at], after[at])).flat()
  })
}

/** The first column of such a table says what the row is: the name of an event, for instance. */
function effectDifference(
  table: EffectTable,
  before: EffectRow | undefined,
  after: EffectRow | undefined,
): string[] {
  const name = (before ?? after)![0] ?? table.name
  if (before === undefined) return [`${name} (${table.name}) only the second time`]
  if (after === undefined) return [`${name} (${table.name}) only the first time`]
  return table.columns.flatMap((column, at) =>
    textDifferences(`${name} ${column.name}`, before[at]!, after[at]!),
  )
}

/** Texts of JSON are compared within. */
function textDifferences(place: string, before: Tuple[number], after: Tuple[number]): string[] {
  if (before === after) return []
  const [left, right] = [jsonOf(before), jsonOf(after)]
  if (left !== undefined && right !== undefined) {
    const inner = valueDifferences(place, left, right)
    if (inner.length > 0) return inner
  }
  return [changed(place, before === null ? 'null' : cut(before), after === null ? 'null' : cut(after))]
}

function jsonOf(text: string | null): object | undefined {
  if (text === null || !/^[[{]/.test(text)) return undefined
  try {
    return JSON.parse(text) as object
  } catch {
    return undefined
  }
}

function valueDifferences(place: string, before: unknown, after: unknown): string[] {
  if (isDeepStrictEqual(before, after)) return []
  if (!isTree(before) || !isTree(after) || Array.isArray(before) !== Array.isArray(after))
    return [changed(place, valueText(before), valueText(after))]
  const keys = new Set([...Object.keys(before), ...Object.keys(after)])
  const inner = [...keys].flatMap((key) => valueDifferences(`${place}.${key}`, before[key], after[key]))
  return inner.length > 0 ? inner : [`${place} is another object`]
}

const isTree = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' &&
  value !== null &&
  (Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype)

function valueText(value: unknown): string {
  if (typeof value === 'bigint') return `${value}n`
  if (value instanceof Date) return value.toISOString()
  try {
    return cut(JSON.stringify(value) ?? String(value))
  } catch {
    return typeof value
  }
}
