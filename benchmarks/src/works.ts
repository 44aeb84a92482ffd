/** The works of a race, and the targets that our own must reach in them. */
import { ITEM_COUNT } from './database/catalogue.js'
import type { Traffic } from './load/traffic.js'

export interface Work {
  readonly name: string
  readonly face: 'shop' | 'hello'
  readonly traffic: Traffic
  /** Concurrent connections, each with one request under way. */
  readonly connections: readonly number[]
}

/** `hot` is three items, so that almost every order meets another on its row. */
export const WORKS: readonly Work[] = [
  {
    name: 'order-uniform',
    face: 'shop',
    traffic: { kind: 'order', items: ITEM_COUNT },
    connections: [1, 64, 256],
  },
  { name: 'order-hot', face: 'shop', traffic: { kind: 'order', items: 3 }, connections: [64, 256] },
  { name: 'get', face: 'shop', traffic: { kind: 'get', items: ITEM_COUNT }, connections: [1, 64, 256] },
  { name: 'hello', face: 'hello', traffic: { kind: 'path', path: '/hello' }, connections: [64, 256] },
]

/** Ours against the baseline, in the medians of one run. */
export interface Target {
  readonly work: string
  readonly connections: number
  /** `throughput`: requests per second at least `bound` times the baseline's. `latency`: p50 at most that. */
  readonly measure: 'throughput' | 'latency'
  readonly bound: number
}

export const TARGETS: readonly Target[] = [
  { work: 'order-uniform', connections: 64, measure: 'throughput', bound: 5 },
  { work: 'order-uniform', connections: 256, measure: 'throughput', bound: 5 },
  { work: 'order-hot', connections: 64, measure: 'throughput', bound: 8 },
  { work: 'order-hot', connections: 256, measure: 'throughput', bound: 8 },
  { work: 'get', connections: 64, measure: 'throughput', bound: 2.2 },
  { work: 'get', connections: 256, measure: 'throughput', bound: 2.2 },
  { work: 'order-uniform', connections: 1, measure: 'latency', bound: 1.25 },
  { work: 'get', connections: 1, measure: 'latency', bound: 1.25 },
]
