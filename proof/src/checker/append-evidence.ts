/** A cycle as evidence: the transactions on it, then edge by edge why each must have come before the next. */
import type { AppendTransaction } from './append-history.js'
import { ms, transactionInWords } from './words.js'
import type { Cycle } from './cycles.js'
import { RW, WR, WW, type DependencyGraph, type Edge } from './dependency-graph.js'

const MEANINGS: Readonly<Record<string, string>> = {
  G0: 'writes of these were mixed',
  G1c: 'each of these saw or overwrote the other',
  'G-single': 'one of these saw a state that lacks part of what came before it',
  G2: 'these saw states that no order of them makes',
  'not-real-time': 'an effect came before one that was acknowledged earlier, or a read missed one',
}

const STEPS_SHOWN_MAX = 12

export interface CycleInWords {
  readonly message: string
  readonly evidence: readonly string[]
}

export function cycleInWords(
  cycle: Cycle,
  graph: DependencyGraph,
  transactions: readonly AppendTransaction[],
): CycleInWords {
  const steps = alongLists(withoutMoments(cycle.edges, graph))
  const shown = steps.slice(0, STEPS_SHOWN_MAX)
  const ids = shown.map(({ from }) => `T${transactions[from]!.id}`)
  const hidden = steps.length > shown.length ? [`… ${steps.length - shown.length} more …`] : []
  return {
    message: `${[...ids, ...hidden, ids[0]].join(' → ')}: ${MEANINGS[cycle.anomaly]}.`,
    evidence: [
      ...shown.map(({ from }) => transactionInWords(transactions[from]!)),
      ...shown.map((edge) => edgeInWords(edge, transactions[edge.from]!, transactions[edge.to]!)),
      ...hidden,
    ],
  }
}

/** From transaction to transaction: edges through moments become one. The cycle begins with an edge of data. */
function withoutMoments(edges: readonly Edge[], graph: DependencyGraph): readonly Edge[] {
  const steps: Edge[] = []
  let from: number | undefined
  for (const edge of edges) {
    from ??= edge.from
    if (edge.to >= graph.transactions) continue
    steps.push({ ...edge, from })
    from = undefined
  }
  return steps
}

/** Who appended to a list after another did so before all that follow: of a row of such edges only the ends matter. */
function alongLists(edges: readonly Edge[]): readonly Edge[] {
  const steps: Edge[] = []
  for (const edge of edges) {
    const last = steps.at(-1)
    const goesOn = last !== undefined && last.kind === WW && edge.kind === WW && last.key === edge.key
    if (goesOn && last.from !== edge.to) steps[steps.length - 1] = { ...edge, from: last.from }
    else steps.push(edge)
  }
  return steps
}

function edgeInWords({ kind, key, value }: Edge, from: AppendTransaction, to: AppendTransaction): string {
  const [a, b] = [`T${from.id}`, `T${to.id}`]
  if (kind === WW) return `${a} -ww-> ${b}: ${b} appended ${value} to ${key} after ${a} had appended to it`
  if (kind === WR) return `${a} -wr-> ${b}: ${b} read ${key} with ${value}, which ${a} appended`
  if (kind === RW) return `${a} -rw-> ${b}: ${a} read ${key} without ${value}, which ${b} appended`
  return `${a} -rt-> ${b}: ${a} was answered at ${ms(from.completedMs)}, ${b} was sent at ${ms(to.invokedMs)}`
}
