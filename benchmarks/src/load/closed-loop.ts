/**
 * A closed loop: N connections, each with one request under way, for a warm-up and then for the measured time. Ends by
 * itself: what is unanswered a while after the last request is given up and counted.
 */
import { setTimeout as pause } from 'node:timers/promises'
import { LoadConnection } from './connection.js'
import { Histogram } from './histogram.js'
import { TARGET_HOST, type LoadPlan, type LoadResult } from './plan.js'
import { requestSource } from './traffic.js'

const LAST_ANSWERS_MS = 10_000
/** The part of the warm-up that already runs on the connections to be measured. */
const SETTLING_FRACTION = 0.25

export interface Moments {
  onBegin(): void
  onEnd(): void
}

export async function runClosedLoop(plan: LoadPlan, moments: Moments): Promise<LoadResult> {
  const histogram = new Histogram()
  const statuses: Record<string, number> = {}
  const allStatuses: Record<string, number> = {}
  let measuring = false
  let broken = 0
  let unanswered = 0

  const nextRequest = requestSource(plan.traffic, `${TARGET_HOST}:${plan.ports[0]}`, plan.token)
  const events = {
    onAnswer(status: number, latencyMs: number): void {
      allStatuses[status] = (allStatuses[status] ?? 0) + 1
      if (!measuring) return
      statuses[status] = (statuses[status] ?? 0) + 1
      histogram.recordMs(latencyMs)
    },
    onBroken(): void {
      unanswered++
      if (measuring) broken++
    },
  }
  const open = (count: number): LoadConnection[] =>
    Array.from(
      { length: count },
      (_, at) => new LoadConnection(plan.ports[at % plan.ports.length]!, nextRequest, events),
    )

  const measured = open(plan.connections)
  const extra = open(Math.max(0, plan.warmupConnections - plan.connections))
  await pause(plan.warmupSeconds * (1 - SETTLING_FRACTION) * 1000)
  await retire(extra)
  await pause(plan.warmupSeconds * SETTLING_FRACTION * 1000)

  moments.onBegin()
  const cpuBefore = process.cpuUsage()
  const beganMs = performance.now()
  measuring = true
  await pause(plan.seconds * 1000)
  measuring = false
  const seconds = (performance.now() - beganMs) / 1000
  const cpu = process.cpuUsage(cpuBefore)
  moments.onEnd()

  const lostBefore = unanswered
  await retire(measured)
  const refused = Object.entries(statuses).reduce(
    (sum, [status, count]) => sum + (status[0] === '2' ? 0 : count),
    0,
  )
  return {
    seconds,
    requestsPerSecond: histogram.count / seconds,
    p50Ms: histogram.quantileMs(0.5),
    p99Ms: histogram.quantileMs(0.99),
    p999Ms: histogram.quantileMs(0.999),
    statuses,
    allStatuses,
    errors: refused + broken + (unanswered - lostBefore),
    unanswered,
    cpuSeconds: (cpu.user + cpu.system) / 1e6,
  }
}

async function retire(connections: readonly LoadConnection[]): Promise<void> {
  const impatience = setTimeout(() => {
    for (const connection of connections) connection.abandon()
  }, LAST_ANSWERS_MS)
  await Promise.all(connections.map((connection) => connection.retire()))
  clearTimeout(impatience)
}
