/**
 * A trial: two servers of the service in this process on a database of its own, load in slices, and the workloads' checks
 * after each slice, until something is found or time is over.
 */
import type { EngineParts } from 'keelson/internals/composition/server'
import type { Finding } from '../../src/checker/finding.js'
import { startLoad } from '../../src/client/load.js'
import { randomOf } from '../../src/run/random.js'
import { createWorkloads } from '../../src/workloads/all.js'
import { checkDeadlocks, deadlockCount } from '../../src/workloads/deadlocks.js'
import { startServers } from './servers.js'
import { stillApp } from './still-app.js'
import type { Operation } from '../../src/history/operation.js'

export interface TrialOptions {
  /** Parts of one server; called for each. */
  readonly parts?: () => EngineParts
  readonly workloads: readonly string[]
  readonly seed: number
  /** Most slices of load. */
  readonly slices: number
  /** Ends a trial that has found nothing before its last slice. */
  readonly isEnough?: (operations: readonly Operation[]) => boolean
  readonly sliceMs?: number
  readonly clients?: number
  readonly versions?: readonly (1 | 2)[]
  /** Whether deadlocks count. Not where commands run solo: their first run, by which they learn, is unguarded. */
  readonly deadlocks?: boolean
}

export interface Trial {
  readonly findings: readonly Finding[]
  readonly operations: readonly Operation[]
  /** Of load, until the first finding. */
  readonly loadMs: number
}

export async function trial(options: TrialOptions): Promise<Trial> {
  const { parts, seed, slices, sliceMs = 1000, clients = 24, versions } = options
  const { servers, sql, close } = await startServers(versions, parts)
  try {
    const urls = await Promise.all(servers.map((server) => server.listen({ host: '127.0.0.1', port: 0 })))
    const apps = urls.map((url, at) => stillApp(`p${at}`, url))
    const workloads = createWorkloads().filter(({ name }) => options.workloads.includes(name))
    for (const workload of workloads) await workload.seed(sql)
    const history: Operation[] = []
    let ids = 0
    const start = performance.now()
    const nowMs = (): number => performance.now() - start
    const deadlocks = await deadlockCount(sql)
    const findings: Finding[] = []
    let loadMs = 0
    for (let slice = 0; slice < slices && findings.length === 0; slice++) {
      if (options.isEnough?.(history)) break
      const load = startLoad({
        apps,
        workloads,
        clients,
        nowMs,
        randomOf: (client) => randomOf(seed, slice, client),
        nextId: () => ids++,
        record: (operation) => void history.push(operation),
      })
      await new Promise((resolve) => setTimeout(resolve, sliceMs))
      load.stop()
      const graceMs = nowMs() + GRACE_MS
      while (load.outstanding > 0 && nowMs() < graceMs)
        await new Promise((resolve) => setTimeout(resolve, 20))
      await load.abort()
      loadMs += sliceMs
      for (const each of workloads)
        findings.push(
          ...(await each.check(
            history.filter(({ workload }) => workload === each.name),
            sql,
          )),
        )
      if (options.deadlocks) findings.push(...(await checkDeadlocks(sql, deadlocks)))
    }
    return { findings, operations: history, loadMs }
  } finally {
    await close()
  }
}

const GRACE_MS = 15_000
