/** Keywords that bound a value: which way they moved. */
import type { Json } from './document.js'

/** Told for each bound that moved: whether fewer values fit now, and how to say it. */
type Moved = (narrows: boolean, message: string) => void

const LOWER = ['minimum', 'exclusiveMinimum', 'minLength', 'minItems', 'minProperties'] as const
const UPPER = ['maximum', 'exclusiveMaximum', 'maxLength', 'maxItems', 'maxProperties'] as const
/** One value is neither wider nor narrower than another: appearing narrows, vanishing widens, changing does both. */
const EXACT = ['pattern', 'format', 'multipleOf', 'uniqueItems'] as const

export function compareBounds(before: Json, after: Json, moved: Moved): void {
  for (const keyword of LOWER) compareNumbers(keyword, before, after, 1, moved)
  for (const keyword of UPPER) compareNumbers(keyword, before, after, -1, moved)
  for (const keyword of EXACT) compareExact(keyword, before[keyword], after[keyword], moved)
}

function compareNumbers(keyword: string, before: Json, after: Json, sign: 1 | -1, moved: Moved): void {
  const old = numberOf(before[keyword])
  const now = numberOf(after[keyword])
  if (old === now) return
  const none = Number.NEGATIVE_INFINITY
  const narrows = (now === undefined ? none : sign * now) > (old === undefined ? none : sign * old)
  moved(narrows, `${keyword} ${old ?? 'none'} → ${now ?? 'none'}`)
}

function compareExact(keyword: string, old: unknown, now: unknown, moved: Moved): void {
  const before = old === false ? undefined : old
  const after = now === false ? undefined : now
  if (JSON.stringify(before) === JSON.stringify(after)) return
  const message = `${keyword} ${shownValue(before)} → ${shownValue(after)}`
  if (after !== undefined) moved(true, message)
  if (before !== undefined) moved(false, message)
}

const numberOf = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined)

const shownValue = (value: unknown): string => (value === undefined ? 'none' : JSON.stringify(value))
