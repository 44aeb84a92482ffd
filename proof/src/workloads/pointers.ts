/** Pointers: the second key depends on the first row. A hit on a closed target has seen two moments at once. */
import type { Finding } from '../checker/finding.js'
import type { Operation } from '../history/operation.js'
import { checkChain } from './chain.js'
import { commandsOf, countEffects, describe, differentAnswers, tally } from './commands-of.js'
import { chance, commandOf, pick } from './draw.js'
import type { Sql, Workload } from './workload.js'

const NAME = 'pointers'
const POINTERS = ['p', 'q']
const TARGETS = ['1', '2', '3', '4']

export function pointers(): Workload {
  return {
    name: NAME,
    async seed(sql) {
      await sql("insert into pointers select p, p || '1', 0 from unnest($1::text[]) p", [POINTERS])
      await sql(
        "insert into targets select p || t, t = '1', 0 from unnest($1::text[]) p, unnest($2::text[]) t",
        [POINTERS, TARGETS],
      )
    },
    next(random) {
      const pointer = pick(random, POINTERS)
      if (chance(random, 0.6)) return commandOf(random, 'pointers.hit', { pointer })
      return commandOf(random, 'pointers.move', { pointer, to: `${pointer}${pick(random, TARGETS)}` })
    },
    check,
  }
}

interface LogRow {
  readonly token: string
  readonly action: 'hit' | 'move'
  readonly pointer: string
  readonly version: number
  readonly target: string
}

async function check(history: readonly Operation[], sql: Sql): Promise<readonly Finding[]> {
  const commands = commandsOf(history)
  const log = await sql<LogRow>('select * from pointer_log')
  const rows = await sql<{ id: string; target: string; version: number }>('select * from pointers')
  const targets = await sql<{ id: string; open: boolean; hits: number }>('select * from targets')
  const findings: Finding[] = [
    ...countEffects(NAME, commands, tally(log.map(({ token }) => token))),
    ...differentAnswers(NAME, commands.values()),
  ]
  const add = (message: string, evidence: readonly string[]): void =>
    void findings.push({ anomaly: 'G-single', workload: NAME, message, evidence })
  for (const command of commands.values())
    if (command.code === 'closed') add('A hit found its target closed.', describe(command))
  for (const { id, version } of rows) {
    const moves = log.filter(({ action, pointer }) => action === 'move' && pointer === id)
    const changes = moves.map((move) => ({
      token: move.token,
      version: move.version,
      value: move.version,
      by: 1,
    }))
    findings.push(
      ...checkChain(NAME, { row: `pointer ${id}`, initial: 0, changes, final: { version, value: version } }),
    )
    const places = new Map([[0, `${id}1`], ...moves.map((move) => [move.version, move.target] as const)])
    for (const hit of log.filter(({ action, pointer }) => action === 'hit' && pointer === id))
      if (places.get(hit.version) !== hit.target)
        add(`A hit went elsewhere than pointer ${id} did.`, [JSON.stringify(hit)])
  }
  const open = new Set(targets.filter((target) => target.open).map(({ id }) => id))
  for (const { id, target } of rows)
    if (!open.delete(target)) add(`Pointer ${id} ends at a closed target.`, [target])
  if (open.size > 0) add('Targets are open to which nobody points.', [...open])
  const hits = tally(log.filter(({ action }) => action === 'hit').map(({ target }) => target))
  for (const target of targets)
    if ((hits.get(target.id) ?? 0) !== target.hits)
      add(`Target ${target.id} counts ${target.hits} hits, there were ${hits.get(target.id) ?? 0}.`, [])
  return findings
}
