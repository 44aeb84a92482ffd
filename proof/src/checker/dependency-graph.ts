/**
 * A directed graph of dependencies between transactions: who must have come before whom, and why. Nodes are numbers;
 * those from `transactions` on are moments, through which real time runs (`append-real-time.ts`). Made once, then only
 * walked through, by kinds of edges.
 */

/** Kinds are bits, so that a set of kinds is a number. */
export const WW = 1
export const WR = 2
export const RW = 4
export const REAL_TIME = 8
/** All that does not need a clock. */
export const DATA = WW | WR | RW

export interface Edge {
  readonly from: number
  readonly to: number
  readonly kind: number
  /** For edges of data: the list, and the value whose append makes the two depend on each other. */
  readonly key?: string
  readonly value?: number
}

export class DependencyGraph {
  /** How many of the nodes are transactions. */
  readonly transactions: number
  readonly nodes: number
  readonly edges: readonly Edge[]
  /** The edges from `node` are `outgoing[starts[node]]` up to, not including, `outgoing[starts[node + 1]]`. */
  readonly starts: Int32Array
  readonly outgoing: Int32Array

  constructor(transactions: number, nodes: number, edges: readonly Edge[]) {
    this.transactions = transactions
    this.nodes = nodes
    this.edges = edges
    this.starts = new Int32Array(nodes + 1)
    this.outgoing = new Int32Array(edges.length)
    for (const { from } of edges) this.starts[from + 1]!++
    for (let node = 0; node < nodes; node++) this.starts[node + 1]! += this.starts[node]!
    const next = this.starts.slice()
    for (const [index, { from }] of edges.entries()) this.outgoing[next[from]!++] = index
  }
}
