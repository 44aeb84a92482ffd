/** Unique names: taken and given back; each is held by one at a time, and given back once by whoever gives it back. */
import type { Finding } from '../checker/finding.js'
import type { Operation } from '../history/operation.js'
import { commandsOf, countEffects, describe, differentAnswers, tally, type Command } from './commands-of.js'
import { commandOf, pick, pickSeveral } from './draw.js'
import type { Sql, Workload } from './workload.js'

const NAME = 'names'
const ALL = Array.from({ length: 8 }, (_, at) => `n${at}`)
const REFUSALS = new Set(['unique_violation', 'taken', 'free', 'not_found'])

export function names(): Workload {
  return {
    name: NAME,
    seed: async () => undefined,
    next(random) {
      const roll = random()
      const input = { name: pick(random, ALL) }
      if (roll < 0.25) return commandOf(random, 'names.take', input)
      if (roll < 0.35) return commandOf(random, 'names.takeAll', { names: pickSeveral(random, ALL, 2) })
      if (roll < 0.6) return commandOf(random, 'names.takeIfFree', input)
      return commandOf(random, 'names.release', input)
    },
    check,
  }
}

const effectsOf = ({ name, input }: Command): number =>
  name === 'names.takeAll' ? (input['names'] as string[]).length : 1

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
    ...countEffects(NAME, commands, tally(log.map(({ token }) => token)), effectsOf),
    ...differentAnswers(NAME, commands.values()),
  ]
  for (const command of commands.values()) {
    if (command.code === undefined || REFUSALS.has(command.code)) continue
    const message = `${command.name} was refused as ${command.code}.`
    findings.push({ anomaly: 'broken-invariant', workload: NAME, message, evidence: describe(command) })
  }
  const takes = log.filter(({ action }) => action === 'take')
  // One command may hold several names.
  const released = log.filter(({ action }) => action === 'release')
  const ends = tally([
    ...released.map(({ holder, name }) => `${holder} ${name}`),
    ...held.map(({ token, name }) => `${token} ${name}`),
  ])
  for (const { token, name } of takes) {
    const count = ends.get(`${token} ${name}`) ?? 0
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
