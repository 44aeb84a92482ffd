/**
 * Random commands: small programs over few keys, whose writes depend on what they have read, so that a stale read shows
 * in what they leave. A program is data, so that a failing seed can print it.
 */
import { RuleBroken, type ModelRow, type ModelWhere, type Top, type Value, type Words } from './words.js'
import type { TableName } from './tables.js'

/** A value of a write: as given, or drawn from what was read so far. */
export type Given = Value | { readonly of: readonly Value[] }
export type GivenRow = Readonly<Record<string, Given>>

export type Step =
  | { readonly do: 'get'; readonly table: TableName; readonly id: string }
  | { readonly do: 'getMany'; readonly table: TableName; readonly ids: readonly string[] }
  | { readonly do: 'find'; readonly table: TableName; readonly values: ModelRow }
  | { readonly do: 'list' | 'count' | 'exists'; readonly table: TableName; readonly where: ModelWhere }
  | { readonly do: 'top'; readonly table: TableName; readonly where: ModelWhere; readonly top: Top }
  | {
      readonly do: 'insert' | 'insertIgnore' | 'upsert'
      readonly table: TableName
      readonly row: GivenRow
      readonly by?: string
    }
  | { readonly do: 'update'; readonly table: TableName; readonly id: string; readonly patch: GivenRow }
  | {
      readonly do: 'increment'
      readonly table: TableName
      readonly id: string
      readonly by: Readonly<Record<string, number>>
    }
  | { readonly do: 'delete'; readonly table: TableName; readonly id: string }
  | {
      readonly do: 'updateWhere'
      readonly table: TableName
      readonly where: ModelWhere
      readonly patch: GivenRow
    }
  | { readonly do: 'deleteWhere'; readonly table: TableName; readonly where: ModelWhere }
  | { readonly do: 'note'; readonly log: string | null }
  | { readonly do: 'pause'; readonly microtasks: number }
  | { readonly do: 'pause'; readonly delayMs: number }
  /** The steps after it count only if the number read so far leaves this remainder. */
  | { readonly do: 'only if'; readonly modulus: number; readonly remainder: number }
  | { readonly do: 'fail' | 'throw' }
  /** Both at once; the second may wait first. */
  | { readonly do: 'both'; readonly first: Step; readonly pause: number; readonly second: Step }

export interface Command {
  readonly name: string
  readonly steps: readonly Step[]
  /** Whether the answer of a refusal is remembered too. */
  readonly remembersRefusals: boolean
}

/** What a run of a program has come to so far. */
interface Progress {
  readonly saw: unknown[]
  number: number
}

/** Any value as a small number: what later writes depend on. */
function digest(value: unknown): number {
  const text = JSON.stringify(value) ?? 'none'
  let sum = 0
  for (let at = 0; at < text.length; at++) sum = (sum * 31 + text.charCodeAt(at)) % 9973
  return sum
}

export async function perform(command: Command, words: Words): Promise<unknown> {
  const progress: Progress = { saw: [], number: 0 }
  for (const step of command.steps) {
    if (step.do === 'only if') {
      if (progress.number % step.modulus !== step.remainder) break
    } else await performStep(step, words, progress)
  }
  return { saw: progress.saw, now: words.now }
}

async function performStep(step: Step, words: Words, progress: Progress): Promise<void> {
  const see = (value: unknown): void => {
    progress.saw.push(value ?? null)
    progress.number = (progress.number * 7 + digest(value)) % 9973
  }
  const given = (row: GivenRow): ModelRow =>
    Object.fromEntries(
      Object.entries(row).map(([column, value]): [string, Value] => {
        if (value === 'new id') return [column, words.id()]
        if (typeof value === 'object' && value !== null)
          return [column, value.of[progress.number % value.of.length]!]
        return [column, value]
      }),
    )
  switch (step.do) {
    case 'get':
      return see(await words.get(step.table, step.id))
    case 'getMany':
      return see(await words.getMany(step.table, step.ids))
    case 'find':
      return see(await words.find(step.table, step.values))
    case 'list':
    case 'count':
    case 'exists':
      return see(await words[step.do](step.table, step.where))
    case 'top':
      return see(await words.top(step.table, step.where, step.top))
    case 'insert':
      return words.insert(step.table, given(step.row))
    case 'insertIgnore':
      return see(await words.insertIgnore(step.table, given(step.row)))
    case 'upsert':
      return see(await words.upsert(step.table, given(step.row), step.by))
    case 'update':
      return words.update(step.table, step.id, given(step.patch))
    case 'increment':
      return words.increment(step.table, step.id, step.by)
    case 'delete':
      return words.delete(step.table, step.id)
    case 'updateWhere':
      return see(await words.updateWhere(step.table, step.where, given(step.patch)))
    case 'deleteWhere':
      return see(await words.deleteWhere(step.table, step.where))
    case 'note':
      return words.note(step.log, String(progress.number))
    case 'pause':
      return words.pause(step)
    case 'only if':
      return undefined
    case 'fail':
      throw new RuleBroken(String(progress.number))
    case 'throw':
      throw new Error(String(progress.number))
    case 'both':
      return performBoth(step, words, progress)
  }
}

async function performBoth(
  { first, pause, second }: Extract<Step, { do: 'both' }>,
  words: Words,
  progress: Progress,
): Promise<void> {
  const one: Progress = { saw: [], number: progress.number }
  const other: Progress = { saw: [], number: progress.number }
  await Promise.all([
    performStep(first, words, one),
    words.pause({ delayMs: pause }).then(() => performStep(second, words, other)),
  ])
  progress.saw.push(...one.saw, ...other.saw)
  progress.number = (one.number * 3 + other.number) % 9973
}
