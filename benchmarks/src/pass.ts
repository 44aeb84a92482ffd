/**
 * One pass: a contender alone, freshly started on a fresh database, under one work at one number of connections; then
 * its database is checked against what the clients were told.
 */
import { startApp } from './contenders/app-process.js'
import type { Contender } from './contenders/contender.js'
import type { FreshDatabase } from './database/fresh-database.js'
import { brokenInvariants } from './database/invariants.js'
import type { LoadResult } from './load/plan.js'
import { runLoad } from './load/run-load.js'
import { machineSeconds, treeSeconds } from './measure/processor-time.js'
import type { Work } from './works.js'

/** Orders run through far more code than reads, all of which the compiler has yet to see. */
const WARMUP_SECONDS = { order: 8, get: 3, path: 3, post: 8 } as const
/** So many connections warm up a process that a lone one then asks, or its code would be measured uncompiled. */
const WARMUP_CONNECTIONS_MIN = 32

export interface CpuSeconds {
  readonly client: number
  readonly app: number | null
  readonly database: number | null
}

export interface Pass {
  readonly work: string
  readonly contender: string
  readonly connections: number
  readonly alternation: number
  readonly startedAt: string
  readonly load: LoadResult
  readonly cpuSeconds: CpuSeconds
  /** CPU seconds that this machine spent on all else, and that its host gave to others: signs of a disturbed pass. */
  readonly elsewhereCpuSeconds: number | null
  readonly stolenCpuSeconds: number | null
}

export interface PassSettings {
  readonly contender: Contender
  readonly work: Work
  readonly connections: number
  readonly alternation: number
  readonly seconds: number
  /** Undefined for a contender without a database. */
  readonly database: FreshDatabase | undefined
  readonly postmasterPid: number | null
}

/** Throws if an invariant is broken: such a pass proves nothing. */
export async function runPass(settings: PassSettings): Promise<Pass> {
  const { contender, work, connections, alternation, seconds, database, postmasterPid } = settings
  const databaseUrl = (await database?.copy()) ?? ''
  const token = database?.token ?? ''
  const startedAt = new Date().toISOString()
  const app = await startApp(contender, databaseUrl, token)
  const clocks = (): Clocks => ({
    app: treeSeconds(app.pid),
    database: postmasterPid === null ? null : treeSeconds(postmasterPid),
    busy: machineSeconds()?.busy ?? null,
    stolen: machineSeconds()?.stolen ?? null,
  })
  let before: Clocks | undefined
  let after: Clocks | undefined
  let load: LoadResult
  try {
    load = await runLoad(
      {
        ports: [app.port],
        token,
        traffic: work.traffic,
        connections,
        warmupConnections: Math.max(connections, WARMUP_CONNECTIONS_MIN),
        warmupSeconds: WARMUP_SECONDS[work.traffic.kind],
        seconds,
      },
      { onBegin: () => (before = clocks()), onEnd: () => (after = clocks()) },
    )
  } finally {
    await app.stop()
  }
  if (contender.shop) {
    const expected = { orders: load.allStatuses['201'] ?? 0, unanswered: load.unanswered }
    const broken = await brokenInvariants(databaseUrl, contender.shop, expected)
    if (broken.length > 0) throw new Error(`${contender.name}, ${work.name}: ${broken.join('; ')}.`)
  }
  const spent = (clock: keyof Clocks): number | null => difference(before?.[clock], after?.[clock])
  const cpuSeconds = { client: load.cpuSeconds, app: spent('app'), database: spent('database') }
  return {
    work: work.name,
    contender: contender.name,
    connections,
    alternation,
    startedAt,
    load,
    cpuSeconds,
    elsewhereCpuSeconds: elsewhere(spent('busy'), cpuSeconds),
    stolenCpuSeconds: spent('stolen'),
  }
}

interface Clocks {
  readonly app: number | null
  readonly database: number | null
  readonly busy: number | null
  readonly stolen: number | null
}

const difference = (before: number | null | undefined, after: number | null | undefined): number | null =>
  typeof before === 'number' && typeof after === 'number' ? Math.max(0, after - before) : null

function elsewhere(busy: number | null, { client, app, database }: CpuSeconds): number | null {
  if (busy === null || app === null) return null
  return Math.max(0, busy - client - app - (database ?? 0))
}
