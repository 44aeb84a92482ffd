/**
 * The shortest cycle through an edge, inside of a component: fewest transactions, moments not counted. All searches of
 * one instance share a budget of visited nodes; when it is spent, nothing more is found.
 */
import type { Components } from './components.js'
import type { DependencyGraph, Edge } from './dependency-graph.js'

export class CycleSearch {
  readonly #graph: DependencyGraph
  readonly #components: Components
  /** By node: the search that reached it last, and by which edge. */
  readonly #reachedIn: Int32Array
  readonly #reachedBy: Int32Array
  #search = 0
  #visitsLeft: number

  constructor(graph: DependencyGraph, components: Components, visitsMax: number) {
    this.#graph = graph
    this.#components = components
    this.#reachedIn = new Int32Array(graph.nodes)
    this.#reachedBy = new Int32Array(graph.nodes)
    this.#visitsLeft = visitsMax
  }

  /** `back`: the kinds of edges that may lead back. `below`: cycles of as many transactions do not count as found. */
  shortestThrough(start: Edge, back: number, below: number): readonly Edge[] | undefined {
    this.#search++
    this.#reachedIn[start.to] = this.#search
    let reached = [start.to]
    for (let length = 2; length < below && reached.length > 0; length++) {
      const next: number[] = []
      // Grows while it is walked through: a moment is no step.
      for (const node of reached) {
        if (this.#visitsLeft-- <= 0) return undefined
        if (this.#visit(node, start.from, back, reached, next)) return this.#path(start)
      }
      reached = next
    }
    return undefined
  }

  /** Whether an edge from `node` leads to `target`. */
  #visit(node: number, target: number, back: number, reached: number[], next: number[]): boolean {
    const { edges, outgoing, starts, transactions } = this.#graph
    const component = this.#components.of[target]
    for (let at = starts[node]!; at < starts[node + 1]!; at++) {
      const index = outgoing[at]!
      const { to, kind } = edges[index]!
      if ((kind & back) === 0 || this.#components.of[to] !== component) continue
      if (this.#reachedIn[to] === this.#search) continue
      this.#reachedIn[to] = this.#search
      this.#reachedBy[to] = index
      if (to === target) return true
      if (to >= transactions) reached.push(to)
      else next.push(to)
    }
    return false
  }

  #path(start: Edge): readonly Edge[] {
    const path: Edge[] = []
    for (let node = start.from; node !== start.to; node = path.at(-1)!.from) {
      path.push(this.#graph.edges[this.#reachedBy[node]!]!)
    }
    return [start, ...path.toReversed()]
  }
}
