/** From passes to one record a work, and to the verdicts on what the guarantees may cost. */
import { median } from '../report/record.js'
import type { IsolationPass } from './pass.js'

export interface IsolationRecord {
  readonly work: string
  readonly service: string
  readonly processes: number
  readonly connections: number
  readonly requestsPerSecond: number
  readonly requestsPerSecondMin: number
  readonly requestsPerSecondMax: number
  readonly p50Ms: number | null
  readonly p99Ms: number | null
  readonly failures: number
  readonly deadlocks: number
  readonly passes: readonly IsolationPass[]
}

export interface IsolationVerdict {
  readonly target: string
  readonly reached: string
  readonly holds: boolean
}

export function isolationRecords(passes: readonly IsolationPass[]): IsolationRecord[] {
  const groups = new Map<string, IsolationPass[]>()
  for (const pass of passes) {
    const key = `${pass.work} ${pass.service} ${pass.processes} ${pass.connections}`
    groups.set(key, [...(groups.get(key) ?? []), pass])
  }
  return [...groups.values()].map((group) => {
    const { work, service, processes, connections } = group[0]!
    const rates = group.map(({ load }) => load.requestsPerSecond)
    return {
      work,
      service,
      processes,
      connections,
      requestsPerSecond: median(rates)!,
      requestsPerSecondMin: Math.min(...rates),
      requestsPerSecondMax: Math.max(...rates),
      p50Ms: median(group.map(({ load }) => load.p50Ms)),
      p99Ms: median(group.map(({ load }) => load.p99Ms)),
      failures: group.reduce((sum, { failures }) => sum + failures, 0),
      deadlocks: group.reduce((sum, { deadlocks }) => sum + deadlocks, 0),
      passes: group,
    }
  })
}

interface Named {
  readonly service?: string
  readonly processes?: number
  readonly connections?: number
}

/** Ratios are of the medians of one run. */
export function isolationVerdicts(records: readonly IsolationRecord[]): IsolationVerdict[] {
  const find = (
    work: string,
    { service = 'keelson', processes = 2, connections = 64 }: Named = {},
  ): IsolationRecord =>
    records.find(
      (record) =>
        record.work === work &&
        record.service === service &&
        record.processes === processes &&
        record.connections === connections,
    )!
  const rate = (...of: Parameters<typeof find>): number => find(...of).requestsPerSecond
  const shared = rate('deposit-with-shared-read') / rate('deposit')
  const transferMs = find('transfer').p99Ms ?? Infinity
  const slowMs = find('neighbours-one-in-500-slow', { processes: 1 }).p99Ms ?? Infinity
  const calmMs = find('neighbours', { processes: 1 }).p99Ms ?? Infinity
  const deadlocks = records
    .filter(({ service }) => service === 'keelson')
    .reduce((sum, record) => sum + record.deadlocks, 0)
  const perConnections = [64, 256].flatMap((connections) => [
    verdict(
      `reserve by list, three rooms, ${connections} connections: ≥ 5× fastify-pg with an advisory lock`,
      rate('reserve', { connections }) / rate('reserve', { connections, service: 'fastify-pg' }),
      5,
    ),
    verdict(
      `three hot rows, two processes against one, ${connections} connections: no collapse (≥ 0.7×)`,
      rate('deposit-hot', { connections }) / rate('deposit-hot', { connections, processes: 1 }),
      0.7,
    ),
  ])
  return [
    verdict('one shared row that everybody reads: within 15 % of the rate without', shared, 0.85),
    {
      target: 'transfers in opposite orders: p99 under 100 ms',
      reached: `${transferMs.toFixed(1)} ms`,
      holds: transferMs < 100,
    },
    ...perConnections,
    {
      target: 'one in 500 waits 2 s: p99 of all under 3× of a run without',
      reached: `${(slowMs / calmMs).toFixed(2)}×`,
      holds: slowMs / calmMs < 3,
    },
    { target: 'no deadlock in any pass', reached: String(deadlocks), holds: deadlocks === 0 },
  ]
}

const verdict = (target: string, reached: number, bound: number): IsolationVerdict => ({
  target,
  reached: `${reached.toFixed(2)}×`,
  holds: reached >= bound,
})
