/** Write skew, twice: a slot booked since the list was empty, and one of a pair put since the other was absent. */
import type { Finding } from '../checker/finding.js'
import { commandsOf, countEffects, describe, differentAnswers, groupBy, tally } from './commands-of.js'
import { below, chance, commandOf } from './draw.js'
import type { Workload } from './workload.js'

/** Commands that go for one slot or one pair, more or less at once. */
const RIVALS = 8

/** A room has at most one booking for a slot. */
export function slots(): Workload {
  let asked = 0
  return {
    name: 'slots',
    async seed() {
      asked = 0
    },
    next(random) {
      const slot = Math.floor(asked++ / RIVALS)
      const name = chance(random, 0.8) ? 'slots.book' : 'slots.bookByCount'
      return commandOf(random, name, { room: `room${slot % 3}`, slot })
    },
    async check(history, sql) {
      const commands = commandsOf(history)
      const rows = await sql<{ room: string; slot: number; token: string }>('select * from bookings')
      const holders = groupBy(rows, ({ room, slot }) => `${room} ${slot}`)
      const findings: Finding[] = [
        ...countEffects('slots', commands, tally(rows.map(({ token }) => token))),
        ...differentAnswers('slots', commands.values()),
      ]
      for (const [slot, several] of holders) {
        if (several.length < 2) continue
        const evidence = several.flatMap(({ token }) => {
          const command = commands.get(token)
          return command === undefined ? [token] : describe(command)
        })
        const message = `${slot} was booked ${several.length} times, each time since nobody had.`
        findings.push({ anomaly: 'G2', workload: 'slots', message, evidence })
      }
      return findings
    },
  }
}

/** Of a pair there is at most one. */
export function pairs(): Workload {
  let asked = 0
  return {
    name: 'pairs',
    async seed() {
      asked = 0
    },
    next(random) {
      const pair = Math.floor(asked++ / RIVALS)
      const [mine, other] = below(random, 2) === 0 ? ['a', 'b'] : ['b', 'a']
      return commandOf(random, 'pairs.put', { mine: `${pair}${mine}`, other: `${pair}${other}` })
    },
    async check(history, sql) {
      const commands = commandsOf(history)
      const rows = await sql<{ id: string; token: string }>('select * from pairs')
      const both = groupBy(rows, ({ id }) => id.slice(0, -1))
      return [
        ...countEffects('pairs', commands, tally(rows.map(({ token }) => token))),
        ...differentAnswers('pairs', commands.values()),
        ...[...both].flatMap(([pair, several]): Finding[] => {
          if (several.length < 2) return []
          const evidence = several.flatMap(({ token }) => describe(commands.get(token)!))
          const message = `Both of pair ${pair} are there, each put since the other was not.`
          return [{ anomaly: 'G2', workload: 'pairs', message, evidence }]
        }),
      ]
    },
  }
}
