/** One pass: the processes of one service on a fresh copy of the database, under one work. */
import { startApp, type AppProcess } from '../contenders/app-process.js'
import type { LoadResult } from '../load/plan.js'
import { runLoad } from '../load/run-load.js'
import { SERVICES } from './contenders.js'
import { brokenRules } from './invariants.js'
import type { IsolationWork } from './works.js'

const WARMUP_SECONDS = 6
/** The budget of our users: less than one in a thousand. */
const FAILED_FRACTION_MAX = 0.001

export interface IsolationPass {
  readonly work: string
  readonly service: string
  readonly processes: number
  readonly connections: number
  readonly alternation: number
  readonly load: LoadResult
  /** Answers that were neither 2xx nor a declared refusal. */
  readonly failures: number
  /** Deadlocks that the database had to end, from the first request to the last. */
  readonly deadlocks: number
}

export interface IsolationPassSettings {
  readonly work: IsolationWork
  readonly alternation: number
  readonly seconds: number
  readonly databaseUrl: string
  readonly deadlocks: () => Promise<number>
}

/** Throws if an invariant is broken. */
export async function runIsolationPass(settings: IsolationPassSettings): Promise<IsolationPass> {
  const { work, alternation, seconds, databaseUrl } = settings
  const { connections } = work
  const apps: AppProcess[] = []
  let load: LoadResult
  const before = await settings.deadlocks()
  try {
    for (let at = 0; at < work.processes; at++)
      apps.push(await startApp(SERVICES[work.service], databaseUrl, ''))
    load = await runLoad(
      {
        ports: apps.map(({ port }) => port),
        token: '',
        traffic: work.traffic,
        connections,
        warmupConnections: connections,
        warmupSeconds: WARMUP_SECONDS,
        seconds,
      },
      { onBegin: () => undefined, onEnd: () => undefined },
    )
  } finally {
    await Promise.all(apps.map((app) => app.stop()))
  }
  const broken = await brokenRules(databaseUrl, work.name, load)
  if (broken.length > 0) throw new Error(`${work.service}, ${work.name}: ${broken.join('; ')}.`)
  const { name, service, processes } = work
  const failures = load.errors - (load.statuses['409'] ?? 0)
  // A service that fails is not fast.
  if (failures > load.seconds * load.requestsPerSecond * FAILED_FRACTION_MAX)
    throw new Error(`${service}, ${name}: ${failures} failures, answers ${JSON.stringify(load.statuses)}.`)
  return {
    work: name,
    service,
    processes,
    connections,
    alternation,
    load,
    failures,
    deadlocks: (await settings.deadlocks()) - before,
  }
}
