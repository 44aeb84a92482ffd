/**
 * List-append: a few lists, commands of several reads and appends. What each command saw and made goes to the checker of
 * such histories; here only what needs no graph: every number stands where it should, as often as it should.
 */
import type { Finding } from '../checker/finding.js'
import type { Operation } from '../history/operation.js'
import {
  commandsOf,
  countEffects,
  differentAnswers,
  isDefinite,
  isQuery,
  tally,
  type Command,
} from './commands-of.js'
import { below, chance, commandOf, pick } from './draw.js'
import type { Random, Sql, Workload } from './workload.js'

const NAME = 'append'
/** Appends to a generation of lists; then the next one, so that lists stay short. */
const GENERATION_APPENDS = 120

export type AppendStep =
  | { readonly kind: 'append'; readonly key: string; readonly value: number }
  | { readonly kind: 'read'; readonly key: string; readonly value: readonly number[] }

export interface AppendTransaction {
  readonly id: number
  readonly client: number
  readonly outcome: 'ok' | 'refused' | 'unknown'
  readonly invokedMs: number
  readonly completedMs: number
  /** Of commands that are not known to have happened: appends only. */
  readonly ops: readonly AppendStep[]
}

/** Judges a history of list appends; the checker of cycles. */
export type CheckAppends = (
  transactions: readonly AppendTransaction[],
  finalLists: ReadonlyMap<string, readonly number[]>,
) => readonly Finding[]

interface Step {
  readonly list: string
  readonly append?: number
}

export function append(checkAppends: CheckAppends): Workload {
  let appends = 0
  return {
    name: NAME,
    async seed() {
      appends = 0
    },
    next(random) {
      const generation = Math.floor(appends / GENERATION_APPENDS)
      const lists = [
        `t${generation}-1`,
        `t${generation}-2`,
        `t${generation}-3`,
        `r${generation}-1`,
        `r${generation}-2`,
      ]
      if (chance(random, 0.1)) return { name: 'look.list', input: { list: pick(random, lists) } }
      const steps = stepsOf(random, lists)
      appends += steps.filter((step) => step.append !== undefined).length
      return commandOf(random, 'append.run', { steps })
    },
    async check(history, sql) {
      const commands = commandsOf(history)
      const lists = await finalLists(sql)
      return [
        ...checkValues(commands, lists),
        ...differentAnswers(NAME, commands.values()),
        ...checkAppends(transactionsOf(history, commands), lists),
      ]
    },
  }
}

function stepsOf(random: Random, lists: readonly string[]): Step[] {
  // Lists of many rows guard their whole table: fewer of them keep the others hot.
  const chosen = chance(random, 0.7) ? lists.slice(0, 3) : lists
  return Array.from({ length: 1 + below(random, 4) }, () => {
    const list = pick(random, chosen)
    return chance(random, 0.5) ? { list, append: below(random, 2 ** 48) } : { list }
  })
}

async function finalLists(sql: Sql): Promise<ReadonlyMap<string, readonly number[]>> {
  const texts = await sql<{ id: string; items: string }>('select id, items from lists')
  const lists = new Map(texts.map(({ id, items }) => [id, items.split(',').map(Number)]))
  const rows = await sql<{ list: string; value: string }>(
    'select list, value from list_items order by list, position, id',
  )
  for (const { list, value } of rows) {
    const values = lists.get(list)
    if (values === undefined) lists.set(list, [Number(value)])
    else values.push(Number(value))
  }
  return lists
}

/** Each number is one effect; a command has as many as it appends. */
function checkValues(
  commands: ReadonlyMap<string, Command>,
  lists: ReadonlyMap<string, readonly number[]>,
): Finding[] {
  const tokens = new Map<number, string>()
  for (const [token, { input }] of commands)
    for (const { append: value } of input['steps'] as Step[])
      if (value !== undefined) tokens.set(value, token)
  const made = [...lists.values()].flat().map((value) => tokens.get(value) ?? `of ${value}`)
  const appendsOf = ({ input }: Command): number =>
    (input['steps'] as Step[]).filter((step) => step.append !== undefined).length
  return countEffects(NAME, commands, tally(made), appendsOf)
}

function transactionsOf(
  history: readonly Operation[],
  commands: ReadonlyMap<string, Command>,
): AppendTransaction[] {
  const transactions = [...commands.values()].map(({ tries, outcome, input, answer }): AppendTransaction => {
    const reads = [...((answer?.['reads'] ?? []) as number[][])]
    const ops = (input['steps'] as Step[]).flatMap(({ list, append: value }): AppendStep[] => {
      if (value !== undefined) return [{ kind: 'append', key: list, value }]
      return outcome === 'ok' ? [{ kind: 'read', key: list, value: reads.shift()! }] : []
    })
    const { id, client, invokedMs } = tries[0]!
    const ends = tries.map(({ completedMs }) => completedMs)
    // The first answer is when it had happened; without one it may still happen.
    const completedMs = outcome === 'unknown' ? Math.max(...ends) : firstAnswerMs(tries, ends)
    return { id, client, outcome, invokedMs, completedMs, ops }
  })
  for (const { id, client, name, input, outcome, invokedMs, completedMs } of history) {
    if (!isQuery(name) || outcome.kind !== 'ok') continue
    const { values } = JSON.parse(outcome.body) as { values: number[] }
    const key = (input as Step).list
    transactions.push({
      id,
      client,
      outcome: 'ok',
      invokedMs,
      completedMs,
      ops: [{ kind: 'read', key, value: values }],
    })
  }
  return transactions
}

function firstAnswerMs(tries: readonly Operation[], ends: readonly number[]): number {
  const definite = tries.filter(isDefinite).map(({ completedMs }) => completedMs)
  return Math.min(...(definite.length > 0 ? definite : ends))
}
