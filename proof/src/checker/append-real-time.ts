/**
 * Real time as edges: what was answered before another was sent came before it. Instead of an edge for each such pair,
 * every answer is a moment, the moments are a chain, and a transaction hangs behind the last moment before it was sent:
 * two edges a transaction, and a path exactly where there is an order.
 */
import type { AppendTransaction } from './append-history.js'
import { REAL_TIME, type Edge } from './dependency-graph.js'
import { firstIndex } from './first-index.js'

export interface RealTime {
  /** Moments are the nodes from the number of transactions on. */
  readonly moments: number
  readonly edges: readonly Edge[]
}

/** Of `unknown` transactions only the sending counts, and only of those that `took` effect; refused ones left no trace. */
export function realTime(
  transactions: readonly AppendTransaction[],
  took: (index: number) => boolean,
): RealTime {
  const kind = REAL_TIME
  const answered = [...transactions.keys()]
    .filter((index) => transactions[index]!.outcome === 'ok')
    .sort((a, b) => transactions[a]!.completedMs - transactions[b]!.completedMs)
  const first = transactions.length
  const edges: Edge[] = []
  for (const [at, from] of answered.entries()) {
    edges.push({ from, to: first + at, kind })
    if (at > 0) edges.push({ from: first + at - 1, to: first + at, kind })
  }
  const timesMs = answered.map((index) => transactions[index]!.completedMs)
  for (const [to, { invokedMs }] of transactions.entries()) {
    const before = took(to) ? firstIndex(timesMs, (atMs) => atMs >= invokedMs) : 0
    if (before > 0) edges.push({ from: first + before - 1, to, kind })
  }
  return { moments: answered.length, edges }
}
