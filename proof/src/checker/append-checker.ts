/**
 * Judges a history of list-append: that its transactions are strictly serializable, and that each took effect as its
 * client was told. Sound, so that what it finds is a defect of the history; and complete as far as the reads show
 * anything. Linear in the history but for the search of the cycles that it reports.
 */
import { dependencies } from './append-dependencies.js'
import { checkAppendEffects, placesOf } from './append-effects.js'
import { cycleInWords } from './append-evidence.js'
import { AppendHistory, type AppendTransaction, type FinalLists } from './append-history.js'
import { versionOrders } from './append-orders.js'
import { ReadChecker } from './append-reads.js'
import { realTime } from './append-real-time.js'
import { findCycles } from './cycles.js'
import { DependencyGraph, type Edge } from './dependency-graph.js'
import type { Finding } from './finding.js'
import { FindingList } from './finding-list.js'

/** Throws where two appends of one value to one list make the history one that cannot be judged. */
export function checkAppends(
  workload: string,
  transactions: readonly AppendTransaction[],
  finals: FinalLists,
): readonly Finding[] {
  const findings = new FindingList(workload)
  const history = new AppendHistory(transactions)
  const places = placesOf(finals)
  checkAppendEffects(history, finals, places, findings)
  const orders = versionOrders(history, finals)
  const checker = new ReadChecker(history, orders, places, findings)
  const reads = history.reads.map((read) => checker.check(read))
  const edges = dependencies(orders, reads, (key, value) => committedWriter(history, key, value))
  const graph = withRealTime(transactions, edges)
  for (const cycle of findCycles(graph, ({ from, to }) => lateness(transactions[from]!, transactions[to]!))) {
    const { message, evidence } = cycleInWords(cycle, graph, transactions)
    findings.add(cycle.anomaly, message, evidence)
  }
  return findings.all()
}

function withRealTime(transactions: readonly AppendTransaction[], edges: readonly Edge[]): DependencyGraph {
  const depends = new Set(edges.flatMap(({ from, to }) => [from, to]))
  const { moments, edges: inTime } = realTime(transactions, (index) => depends.has(index))
  return new DependencyGraph(transactions.length, transactions.length + moments, [...edges, ...inTime])
}

function committedWriter(history: AppendHistory, key: string, value: number): number | undefined {
  const append = history.appendOf(key, value)
  return append === undefined || history.transactions[append.by]!.outcome === 'refused'
    ? undefined
    : append.by
}

const lateness = (from: AppendTransaction, to: AppendTransaction): number =>
  to.outcome === 'ok' ? to.completedMs - from.invokedMs : Number.MAX_VALUE
