/** From raw passes to one record for each work, number of connections and contender: medians, spread, ratios. */
import type { CpuSeconds, Pass } from '../pass.js'

export interface RaceRecord {
  readonly work: string
  readonly contender: string
  readonly connections: number
  readonly requestsPerSecond: number
  readonly requestsPerSecondMin: number
  readonly requestsPerSecondMax: number
  readonly p50Ms: number | null
  readonly p99Ms: number | null
  readonly p999Ms: number | null
  /** Over all passes. */
  readonly errors: number
  /** Of a pass, as the median. */
  readonly cpuSeconds: {
    readonly client: number | null
    readonly app: number | null
    readonly database: number | null
  }
  /** Of the medians of requests per second; null where fastify-pg did not take part. */
  readonly ratioToFastifyPg: number | null
  /** Of the medians of p50; below one is faster. */
  readonly latencyRatioToFastifyPg: number | null
  readonly passes: readonly Pass[]
}

export function recordsOf(passes: readonly Pass[], baseline: string): RaceRecord[] {
  const groups = new Map<string, Pass[]>()
  for (const pass of passes) {
    const key = cell(pass.work, pass.connections, pass.contender)
    groups.set(key, [...(groups.get(key) ?? []), pass])
  }
  return [...groups.values()].map((group) => {
    const { work, connections } = group[0]!
    return recordOf(group, groups.get(cell(work, connections, baseline)))
  })
}

const cell = (work: string, connections: number, contender: string): string =>
  `${work} ${connections} ${contender}`

function recordOf(passes: readonly Pass[], baseline: readonly Pass[] | undefined): RaceRecord {
  const { work, contender, connections } = passes[0]!
  const rates = passes.map((pass) => pass.load.requestsPerSecond)
  const cpu = (part: keyof CpuSeconds): number | null => median(passes.map((pass) => pass.cpuSeconds[part]))
  return {
    work,
    contender,
    connections,
    requestsPerSecond: rateOf(passes)!,
    requestsPerSecondMin: Math.min(...rates),
    requestsPerSecondMax: Math.max(...rates),
    p50Ms: p50Of(passes),
    p99Ms: median(passes.map((pass) => pass.load.p99Ms)),
    p999Ms: median(passes.map((pass) => pass.load.p999Ms)),
    errors: passes.reduce((sum, pass) => sum + pass.load.errors, 0),
    cpuSeconds: { client: cpu('client'), app: cpu('app'), database: cpu('database') },
    ratioToFastifyPg: baseline ? ratio(rateOf(passes), rateOf(baseline)) : null,
    latencyRatioToFastifyPg: baseline ? ratio(p50Of(passes), p50Of(baseline)) : null,
    passes,
  }
}

const rateOf = (passes: readonly Pass[]): number | null =>
  median(passes.map((pass) => pass.load.requestsPerSecond))
const p50Of = (passes: readonly Pass[]): number | null => median(passes.map((pass) => pass.load.p50Ms))

const ratio = (value: number | null, base: number | null): number | null =>
  value === null || base === null || base === 0 ? null : value / base

/** Null if any value is: a median of some of the passes would mislead. */
export function median(values: readonly (number | null)[]): number | null {
  const sorted = values.filter((value) => value !== null).toSorted((left, right) => left - right)
  if (sorted.length < values.length || sorted.length === 0) return null
  const middle = Math.floor(sorted.length / 2)
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}
