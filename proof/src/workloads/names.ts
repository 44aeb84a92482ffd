/** Unique names: taken and given back; each is held by one at a time, and given back once by whoever gives it back. */
import type { Finding } from '../checker/finding.js'
import type { Operation } from '../history/operation.js'
import { commandsOf, countEffects, describe, differentAnswers, tally } from './commands-of.js'
import { below, commandOf } from './draw.js'
import type { Sql, Workload } from './workload.js'

const NAME = 'names'
const NAMES = 8
const REFUSALS = new Set(['unique_violation', 'taken', 'free', 'not_found'])

export function names(): Workload {
  return {
    name: NAME,
    seed: async () => undefined,
    next(random) {
      const roll = random()
      const input = { name: `n${below(random, NAMES)}` }
      if (roll < 0.35) return commandOf(random, 'names.take', input)
      if (roll < 0.6) return commandOf(random, 'names.takeIfFree', input)
      return commandOf(random, 'names.release', input)
    },
    check,
  }
}

interface LogRow {
  readonly token: string
  readonly name: string
  readonly action: 'take' | 'release'
  readonly holder: string
}

async function check(history: readonly Operation[], sql: Sql): Promise<readonly Finding[]> {
  const commands = commandsOf(history)
  const log = await sql<LogRow>('select * from name_log')
  const held = await sql<{ name: string; token: string }>('select name, token from names')
  const findings: Finding[] = [
    ...countEffects(NAME, commands, tally(log.map(({ token }) => token))),
    ...differentAnswers(NAME, commands.values()),
  ]
  for (const command of commands.values()) {
    if (command.code === undefined || REFUSALS.has(command.code)) continue
    const message = `${command.name} was refused as ${command.code}.`
    findings.push({ anomaly: 'broken-invariant', workload: NAME, message, evidence: describe(command) })
  }
  const takes = log.filter(({ action }) => action === 'take')
  const releases = tally(log.filter(({ action }) => action === 'release').map(({ holder }) => holder))
  const holders = new Set(held.map(({ token }) => token))
  for (const { token, name } of takes) {
    const count = (releases.get(token) ?? 0) + (holders.has(token) ? 1 : 0)
    if (count === 1) continue
    const message = `${name}, taken by ${token}, ${count === 0 ? 'is gone, and nobody gave it back' : `was given back or is held ${count} times`}.`
    findings.push({
      anomaly: count === 0 ? 'lost-effect' : 'G-single',
      workload: NAME,
      message,
      evidence: [],
    })
  }
  return findings
}
