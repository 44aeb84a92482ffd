/**
 * A trial: two servers of the service in this process on a database of its own, load in slices, and the workloads' checks
 * after each slice, until something is found or time is over.
 */
import type { EngineParts } from 'keelson/internals/create-server'
import type { Finding } from '../../src/checker/finding.js'
import { History } from '../../src/client/history.js'
import { Load } from '../../src/client/load.js'
import { createWorkloads } from '../../src/workloads/all.js'
import { checkDeadlocks, deadlockCount } from '../../src/workloads/deadlocks.js'
import { startServers } from './servers.js'
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
    const targets = urls.map((url, at) => ({ name: `p${at}`, url }))
    const workloads = createWorkloads().filter(({ name }) => options.workloads.includes(name))
    for (const workload of workloads) await workload.seed(sql)
    const history = new History()
    const start = performance.now()
    const nowMs = (): number => performance.now() - start
    const deadlocks = await deadlockCount(sql)
    const findings: Finding[] = []
    let loadMs = 0
    for (let slice = 0; slice < slices && findings.length === 0; slice++) {
      if (options.isEnough?.(history.operations)) break
      const load = new Load({ targets, workloads, history, seed: seed * 1000 + slice, clients, nowMs })
      await new Promise((resolve) => setTimeout(resolve, sliceMs))
      await load.stop()
      loadMs += sliceMs
      const operations = history.operations
      for (const each of workloads)
        findings.push(
          ...(await each.check(
            operations.filter(({ workload }) => workload === each.name),
            sql,
          )),
        )
      if (options.deadlocks) findings.push(...(await checkDeadlocks(sql, deadlocks)))
    }
    return { findings, operations: history.operations, loadMs }
  } finally {
    await close()
  }
}
