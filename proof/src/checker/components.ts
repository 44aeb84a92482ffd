/**
 * Strongly connected components (Tarjan, 1972), without recursion: graphs here are deeper than the stack. Two nodes are
 * in one component if each can be reached from the other, so an edge lies on a cycle exactly if it stays in a component.
 */
import type { DependencyGraph } from './dependency-graph.js'

export interface Components {
  /** For each node the number of its component; -1 where it lies on no cycle. */
  readonly of: Int32Array
  readonly count: number
}

/** `kinds`: the edges to follow. `excluded`: nodes to leave out. */
export function components(
  graph: DependencyGraph,
  kinds: number,
  excluded: (node: number) => boolean = () => false,
): Components {
  return new Tarjan(graph, kinds, excluded).run()
}

class Tarjan {
  readonly #graph: DependencyGraph
  readonly #kinds: number
  readonly #excluded: (node: number) => boolean
  /** The order of discovery, from 1; 0 is undiscovered. */
  readonly #found: Int32Array
  /** The earliest node on the stack that is known to be reachable. */
  readonly #low: Int32Array
  /** The next outgoing edge to follow. */
  readonly #next: Int32Array
  readonly #isOpen: Uint8Array
  readonly #of: Int32Array
  readonly #open: number[] = []
  #discovered = 0
  #count = 0

  constructor(graph: DependencyGraph, kinds: number, excluded: (node: number) => boolean) {
    this.#graph = graph
    this.#kinds = kinds
    this.#excluded = excluded
    this.#found = new Int32Array(graph.nodes)
    this.#low = new Int32Array(graph.nodes)
    this.#next = graph.starts.slice()
    this.#isOpen = new Uint8Array(graph.nodes)
    this.#of = new Int32Array(graph.nodes).fill(-1)
  }

  run(): Components {
    for (let node = 0; node < this.#graph.nodes; node++) {
      if (this.#found[node] === 0 && !this.#excluded(node)) this.#explore(node)
    }
    return { of: this.#of, count: this.#count }
  }

  #explore(root: number): void {
    const path = [root]
    this.#discover(root)
    while (path.length > 0) {
      const node = path.at(-1)!
      const child = this.#step(node)
      if (child !== undefined) {
        this.#discover(child)
        path.push(child)
        continue
      }
      path.pop()
      const parent = path.at(-1)
      if (parent !== undefined) this.#low[parent] = Math.min(this.#low[parent]!, this.#low[node]!)
      if (this.#low[node] === this.#found[node]) this.#close(node)
    }
  }

  /** The next undiscovered node behind `node`; undefined when all its edges have been followed. */
  #step(node: number): number | undefined {
    const { edges, outgoing, starts } = this.#graph
    while (this.#next[node]! < starts[node + 1]!) {
      const { to, kind } = edges[outgoing[this.#next[node]!++]!]!
      if ((kind & this.#kinds) === 0 || this.#excluded(to)) continue
      if (this.#found[to] === 0) return to
      if (this.#isOpen[to] === 1) this.#low[node] = Math.min(this.#low[node]!, this.#found[to]!)
    }
    return undefined
  }

  #discover(node: number): void {
    this.#found[node] = this.#low[node] = ++this.#discovered
    this.#isOpen[node] = 1
    this.#open.push(node)
  }

  /** `root` and all that was discovered after it are one component. Edges from a node to itself do not occur. */
  #close(root: number): void {
    const isAlone = this.#open.at(-1) === root
    let node: number
    do {
      node = this.#open.pop()!
      this.#isOpen[node] = 0
      if (!isAlone) this.#of[node] = this.#count
    } while (node !== root)
    if (!isAlone) this.#count++
  }
}
