/**
 * The cycles of a dependency graph by Adya's names. Of each class the shortest is searched for in each component, so
 * that a reader sees two transactions rather than two hundred. That there is a cycle is never missed; in huge components
 * the budget may end the search early, and then a longer cycle or the next weaker class is named.
 */
import { components, type Components } from './components.js'
import { CycleSearch } from './cycle-search.js'
import { DATA, REAL_TIME, RW, WR, WW, type DependencyGraph, type Edge } from './dependency-graph.js'
import type { Anomaly } from './finding.js'

export interface Cycle {
  readonly anomaly: Anomaly
  /** Edge by edge; the last leads to where the first begins. */
  readonly edges: readonly Edge[]
}

interface CycleClass {
  readonly anomaly: Anomaly
  /** The kinds among which components are formed. */
  readonly among: number
  /** A cycle of this class has an edge of these kinds … */
  readonly through: number
  /** … from whose end edges of these lead back. */
  readonly back: number
}

const WORSE_CLASSES: readonly CycleClass[] = [
  { anomaly: 'G0', among: WW, through: WW, back: WW },
  { anomaly: 'G1c', among: WW | WR, through: WR, back: WW | WR },
  { anomaly: 'G-single', among: DATA, through: RW, back: WW | WR },
]

const G2: CycleClass = { anomaly: 'G2', among: DATA, through: RW, back: DATA }

const NOT_REAL_TIME: CycleClass = {
  anomaly: 'not-real-time',
  among: DATA | REAL_TIME,
  through: DATA,
  back: DATA | REAL_TIME,
}

/** Nodes visited in one class: seconds. */
const VISITS_MAX = 10_000_000

/** `lateness`: how long after the sending of `from` the answer to `to` came; the lower, the more it contradicts the edge. */
export function findCycles(graph: DependencyGraph, lateness: (edge: Edge) => number): readonly Cycle[] {
  const ofData = components(graph, DATA)
  // What is tangled by data alone has its name; the clock would only name it again.
  const isTangled = (node: number): boolean => ofData.of[node]! >= 0
  const inTime = components(graph, NOT_REAL_TIME.among, isTangled)
  return [
    ...(ofData.count === 0 ? [] : dataCycles(graph, ofData)),
    ...shortest(graph, NOT_REAL_TIME, inTime, { rank: lateness }),
  ]
}

function dataCycles(graph: DependencyGraph, ofData: Components): readonly Cycle[] {
  const worse = WORSE_CLASSES.flatMap((of) => shortest(graph, of, components(graph, of.among)))
  // Beside a worse cycle a long G2 is nearly always its shadow; one of two transactions stands for itself.
  const named = new Set(worse.map(({ edges }) => ofData.of[edges[0]!.from]))
  const skews = shortest(graph, G2, ofData, {
    isOfClass: (cycle) => countOf(cycle, RW) > 1,
    below: (part) => (named.has(part) ? 3 : Infinity),
  })
  if (worse.length + skews.length > 0) return [...worse, ...skews]
  // The budget was spent on what is not there. Any edge will do now, since all that are left lie on a cycle.
  return shortest(graph, G2, ofData).map(({ edges }) => ({
    anomaly: countOf(edges, RW) > 1 ? 'G2' : 'G-single',
    edges,
  }))
}

interface Search {
  /** Edges of lower rank are tried first. Default: as they stand in the graph. */
  readonly rank?: (edge: Edge) => number
  /** Whether a cycle counts. Default: each does. */
  readonly isOfClass?: (cycle: readonly Edge[]) => boolean
  /** By component: only cycles of fewer transactions count. Default: all do. */
  readonly below?: (component: number) => number
}

function shortest(
  graph: DependencyGraph,
  of: CycleClass,
  parts: Components,
  { rank, isOfClass = () => true, below = () => Infinity }: Search = {},
): readonly Cycle[] {
  if (parts.count === 0) return []
  const search = new CycleSearch(graph, parts, VISITS_MAX)
  const best = new Map<number, { readonly edges: readonly Edge[]; readonly transactions: number }>()
  for (const start of startsOf(graph, of, parts, rank)) {
    const part = parts.of[start.from]!
    const cycle = search.shortestThrough(start, of.back, best.get(part)?.transactions ?? below(part))
    if (cycle !== undefined && isOfClass(cycle))
      best.set(part, { edges: cycle, transactions: transactionsIn(graph, cycle) })
  }
  return [...best.values()].map(({ edges }) => ({ anomaly: of.anomaly, edges }))
}

/** Edges through which a cycle of this class may go. */
function startsOf(
  graph: DependencyGraph,
  { through }: CycleClass,
  parts: Components,
  rank: ((edge: Edge) => number) | undefined,
): readonly Edge[] {
  const starts = graph.edges.filter(
    ({ from, to, kind }) => (kind & through) !== 0 && parts.of[from]! >= 0 && parts.of[from] === parts.of[to],
  )
  return rank === undefined ? starts : starts.sort((a, b) => rank(a) - rank(b))
}

const countOf = (edges: readonly Edge[], kinds: number): number =>
  edges.filter(({ kind }) => (kind & kinds) !== 0).length

/** Each transaction of a cycle is left by one edge. */
const transactionsIn = (graph: DependencyGraph, edges: readonly Edge[]): number =>
  edges.filter(({ from }) => from < graph.transactions).length
