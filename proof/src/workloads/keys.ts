/**
 * Once-only keys: the same command from several clients at the same time, again later, and now and then another body under
 * its key. One third of the commands is refused by rule, after they have written; a refusal is an answer like any other.
 */
import type { Finding } from '../checker/finding.js'
import type { Operation } from '../history/operation.js'
import { checkChain, statesOf } from './chain.js'
import {
  commandsOf,
  countEffects,
  describe,
  differentAnswers,
  groupBy,
  tally,
  type Command,
} from './commands-of.js'
import { below, chance, pick, token } from './draw.js'
import type { Random, Request, Sql, Workload } from './workload.js'

const NAME = 'keys'
const PURSES = ['u', 'v']
/** Requests that others may send again. */
const RECENT_MAX = 6
const KEPT_MAX = 500

export function keys(): Workload {
  let sent: Request[] = []
  const fresh = (random: Random): Request => {
    const key = token(random)
    const input = { token: key, purse: pick(random, PURSES), amount: 1 + below(random, 20) }
    const request = { name: 'deposits.put', input, key }
    sent = [...sent.slice(-KEPT_MAX), request]
    return request
  }
  return {
    name: NAME,
    async seed(sql) {
      sent = []
      await sql('insert into purses select unnest($1::text[]), 1, 0', [PURSES])
    },
    next(random) {
      const roll = random()
      if (sent.length === 0 || roll < 0.3) return fresh(random)
      // Half a minute later the key still answers; at the same moment somebody else still works on it.
      const again = pick(random, chance(random, 0.1) ? sent : sent.slice(-RECENT_MAX))
      if (roll < 0.93) return again
      return {
        ...again,
        input: { token: token(random), purse: pick(random, PURSES), amount: below(random, 20) },
      }
    },
    check,
  }
}

interface DepositRow {
  readonly token: string
  readonly purse: string
  readonly amount: number
  readonly version: number
}

async function check(history: readonly Operation[], sql: Sql): Promise<readonly Finding[]> {
  const commands = commandsOf(history)
  const rows = await sql<DepositRow>('select * from deposits')
  const purses = await sql<{ id: string; total: number; version: number }>('select * from purses')
  const events = await sql<{ payload: string }>(
    "select payload from keelson.events where name = 'deposit.made'",
  )
  const eventTokens = events.map(({ payload }) => (JSON.parse(payload) as { token: string }).token)
  const chains = purses.map(({ id, total, version }) => {
    const theirs = rows
      .filter(({ purse }) => purse === id)
      .sort((left, right) => left.version - right.version)
    let value = 1
    const changes = theirs.map((row) => {
      value += row.amount
      return { token: row.token, by: row.amount, version: row.version, value }
    })
    return { row: id, initial: 1, changes, final: { version, value: total } }
  })
  const states = new Map(chains.map((chain) => [chain.row, statesOf(chain)]))
  return [
    ...countEffects(NAME, commands, tally(rows.map((row) => row.token))),
    ...countEffects(NAME, commands, tally(eventTokens)),
    ...differentAnswers(NAME, commands.values()),
    ...chains.flatMap((chain) => checkChain(NAME, chain)),
    ...twoBodies(commands),
    ...[...commands.values()].flatMap((command) => checkRefusal(command, states)),
  ]
}

/** A key belongs to one body, whichever came first. */
function twoBodies(commands: ReadonlyMap<string, Command>): Finding[] {
  const answered = [...commands.values()].filter(({ answer }) => answer !== undefined)
  const byKey = groupBy(answered, ({ tries }) => tries[0]!.key)
  return [...byKey].flatMap(([key, several]): Finding[] => {
    if (several.length < 2) return []
    const message = `Key ${key} answered to ${several.length} different bodies.`
    return [{ anomaly: 'different-answer', workload: NAME, message, evidence: several.flatMap(describe) }]
  })
}

function checkRefusal(command: Command, states: ReadonlyMap<string, ReadonlySet<string>>): Finding[] {
  if (command.code !== 'unlucky') return []
  const { total, version } = command.answer as { total: number; version: number }
  const purse = command.input['purse'] as string
  if (states.get(purse)?.has(`${version} ${total}`)) return []
  const message = `A refusal rests on ${total} in purse ${purse} (version ${version}), which it never had.`
  return [{ anomaly: 'G1a', workload: NAME, message, evidence: describe(command) }]
}
