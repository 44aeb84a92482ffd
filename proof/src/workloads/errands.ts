/**
 * Errands and their jobs: every errand that was sent is done, once inside of the database, within ten seconds after the load;
 * its job has ended as done and nothing else, and no job is without an errand.
 */
import { setTimeout as delay } from 'node:timers/promises'
import type { Finding } from '../checker/finding.js'
import type { Operation } from '../history/operation.js'
import { commandsOf, countEffects, differentAnswers, tally, type Command } from './commands-of.js'
import { commandOf } from './draw.js'
import type { Sql, Workload } from './workload.js'

const NAME = 'errands'
/** As the drain of everything else. */
const CATCH_UP_MS = 10_000
const LOOK_EVERY_MS = 100

export function errands(catchUpMs = CATCH_UP_MS): Workload {
  return {
    name: NAME,
    seed: () => Promise.resolve(),
    next: (random) => commandOf(random, 'errands.send', {}),
    check: (history, sql) => check(history, sql, catchUpMs),
  }
}

interface JobRow {
  readonly id: string
  readonly state: string
  readonly attempt: number
  readonly fence: number
}

async function check(
  history: readonly Operation[],
  sql: Sql,
  catchUpMs: number,
): Promise<readonly Finding[]> {
  const late = await catchUp(sql, catchUpMs)
  const done = await sql<{ token: string }>('select token from errands_done')
  const jobs = await sql<JobRow>(
    "select id::text, state, attempt, fence::int from keelson.jobs_ended where name = 'errand'",
  )
  const commands = commandsOf(history)
  return [
    ...late,
    ...differentAnswers(NAME, commands.values()),
    ...countEffects(NAME, commands, tally(done.map(({ token }) => token))),
    ...checkEnds(commands, jobs, done.length),
  ]
}

interface Live {
  readonly id: string
  readonly attempt: number
  readonly error: string | null
}

async function catchUp(sql: Sql, limitMs: number): Promise<Finding[]> {
  const deadline = performance.now() + limitMs
  for (;;) {
    const live = await sql<Live>("select id::text, attempt, error from keelson.jobs where name = 'errand'")
    if (live.length === 0) return []
    if (performance.now() > deadline) {
      const message = `${limitMs / 1000} s after the load ${live.length} jobs had not ended.`
      const evidence = live.slice(0, 10).map((job) => JSON.stringify(job))
      return [{ anomaly: 'not-drained', workload: NAME, message, evidence }]
    }
    await delay(LOOK_EVERY_MS)
  }
}

/** Enqueued is done: each acknowledged errand has one job that ended so, and there are as many jobs as effects. */
function checkEnds(
  commands: ReadonlyMap<string, Command>,
  jobs: readonly JobRow[],
  effects: number,
): Finding[] {
  const findings: Finding[] = []
  const byId = new Map(jobs.map((job) => [job.id, job]))
  for (const { token, outcome, answer } of commands.values()) {
    if (outcome !== 'ok' || byId.has(String(answer!['job']))) continue
    const message = `The job of errand ${token} has no end.`
    findings.push({ anomaly: 'lost-effect', workload: NAME, message, evidence: [String(answer!['job'])] })
  }
  const add = (message: string, evidence: readonly JobRow[]): void =>
    void findings.push({
      anomaly: 'broken-invariant',
      workload: NAME,
      message,
      evidence: evidence.slice(0, 10).map((job) => JSON.stringify(job)),
    })
  const failed = jobs.filter(({ state }) => state !== 'done')
  if (failed.length > 0) add(`${failed.length} jobs ended otherwise than done.`, failed)
  // An attempt that was handed back does not count; its claim does.
  const uncounted = jobs.filter(({ attempt, fence }) => attempt > fence)
  if (uncounted.length > 0) add(`${uncounted.length} jobs had more attempts than claims.`, uncounted)
  if (jobs.length !== effects) add(`${jobs.length} jobs have ended, ${effects} errands are done.`, [])
  return findings
}
