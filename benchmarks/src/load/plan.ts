/**
 * What the generator's process is told, and what it answers. There is no host to choose: the load goes to 127.0.0.1,
 * so that this cannot be turned on anybody else.
 */
import type { Traffic } from './traffic.js'

export const TARGET_HOST = '127.0.0.1'

export interface LoadPlan {
  /** Connections are spread over these in turn. */
  readonly ports: readonly number[]
  /** Empty: none is sent. */
  readonly token: string
  readonly traffic: Traffic
  /** Connections in the measured time; each has one request under way, always (a closed loop). */
  readonly connections: number
  /** Connections in the warm-up: enough to warm a server that is then asked by a single one. */
  readonly warmupConnections: number
  readonly warmupSeconds: number
  readonly seconds: number
}

export interface LoadResult {
  readonly seconds: number
  readonly requestsPerSecond: number
  readonly p50Ms: number | null
  readonly p99Ms: number | null
  readonly p999Ms: number | null
  /** Answers by status in the measured time. */
  readonly statuses: Readonly<Record<string, number>>
  /** Answers by status from the first request to the last, the warm-up included: what a database must agree with. */
  readonly allStatuses: Readonly<Record<string, number>>
  /** In the measured time: answers that are not 2xx, broken connections, and requests that were never answered. */
  readonly errors: number
  /** Requests without an answer, from the first to the last: their effect is unknown. */
  readonly unanswered: number
  readonly cpuSeconds: number
}

/** From the generator's process: the measured time begins; it ended; all is answered. */
export type LoadMessage =
  | { readonly kind: 'began' }
  | { readonly kind: 'ended' }
  | { readonly kind: 'result'; readonly result: LoadResult }
