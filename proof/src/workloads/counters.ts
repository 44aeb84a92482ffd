/** Counters: each is the sum of its increments, and no increment reads what another has not left. */
import type { Finding } from '../checker/finding.js'
import type { Operation } from '../history/operation.js'
import { commandsOf, countEffects, differentAnswers, tally, type Command } from './commands-of.js'
import { below, commandOf, pick, token } from './draw.js'
import type { Sql, Workload } from './workload.js'

const NAME = 'counters'
const COUNTERS = ['x', 'y', 'z']

export function counters(): Workload {
  return {
    name: NAME,
    async seed(sql) {
      await sql('insert into counters (id, value) select unnest($1::text[]), 0', [COUNTERS])
    },
    next(random) {
      const roll = random()
      const input = { counter: pick(random, COUNTERS), amount: 1 + below(random, 5) }
      if (roll < 0.08) return { name: 'look.counters', input: {} }
      if (roll < 0.12) return commandOf(random, 'counters.addBySql', input)
      if (roll < 0.3) return commandOf(random, 'counters.addAndRead', input)
      // Only version 2 knows it. Without a key, as another version's 404 says nothing of what this one has done.
      if (roll < 0.33)
        return { name: 'counters.annotate', input: { counter: input.counter, token: token(random) } }
      return commandOf(random, 'counters.add', input)
    },
    check,
  }
}

async function check(history: readonly Operation[], sql: Sql): Promise<readonly Finding[]> {
  const commands = commandsOf(history)
  const increments = await sql<{ token: string; counter: string; amount: number }>('select * from increments')
  const rows = await sql<{ id: string; value: number }>('select id, value from counters')
  const findings = [
    ...countEffects(NAME, commands, tally(increments.map((increment) => increment.token))),
    ...differentAnswers(NAME, commands.values()),
  ]
  for (const { id, value } of rows) {
    const sum = increments
      .filter(({ counter }) => counter === id)
      .reduce((total, { amount }) => total + amount, 0)
    if (sum === value) continue
    const message = `Counter ${id} is ${value}, its increments are ${sum}.`
    findings.push({
      anomaly: sum > value ? 'lost-effect' : 'ghost-effect',
      workload: NAME,
      message,
      evidence: [],
    })
  }
  return [...findings, ...sameValueTwice([...commands.values()])]
}

/** Amounts are positive, so that no two commands can leave one counter at one value. */
function sameValueTwice(commands: readonly Command[]): Finding[] {
  const seen = new Map<string, string>()
  return commands.flatMap(({ name, token, outcome, input, answer }): Finding[] => {
    if (name !== 'counters.addAndRead' || outcome !== 'ok') return []
    const state = `${String(input['counter'])} ${String(answer!['value'])}`
    const other = seen.get(state)
    seen.set(state, token)
    if (other === undefined) return []
    const message = `Two commands left counter ${state.replace(' ', ' at ')}.`
    return [{ anomaly: 'G-single', workload: NAME, message, evidence: [other, token] }]
  })
}
