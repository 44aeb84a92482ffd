/**
 * Commands as a client means them: a request with a once-only key, however often it was sent, is one command with one
 * outcome. A request without a key is a command of its own.
 */
import type { Operation, Outcome } from '../history/operation.js'
import { standingOf } from './answers.js'

export interface LogicalCommand {
  readonly workload: string
  readonly name: string
  readonly key: string | undefined
  /** Of the attempt that was answered for good; else of the first. */
  readonly input: unknown
  /** Every sending, in the order of sending. */
  readonly attempts: readonly Operation[]
  /** `ok` or `refused`: the first verdict that a client heard. */
  readonly outcome: Outcome
  /** Milliseconds, as in the history: when it was first sent, and when its verdict was first heard; Infinity without one. */
  readonly invokedMs: number
  readonly completedMs: number
}

/** In the order of their first sending. A key is told apart by workload and operation, not by client. */
export function commandsOf(history: readonly Operation[]): readonly LogicalCommand[] {
  const groups = new Map<string, Operation[]>()
  for (const operation of history) {
    const { workload, name, key, id } = operation
    const group = JSON.stringify(key === undefined ? [id] : [workload, name, key])
    const attempts = groups.get(group)
    if (attempts === undefined) groups.set(group, [operation])
    else attempts.push(operation)
  }
  return [...groups.values()].map(commandOf).sort((a, b) => a.invokedMs - b.invokedMs)
}

function commandOf(sent: readonly Operation[]): LogicalCommand {
  const attempts = sent.toSorted((a, b) => a.id - b.id)
  const { workload, name, key } = attempts[0]!
  const verdict = verdictOf(attempts)
  return {
    workload,
    name,
    key,
    input: (verdict ?? attempts[0]!).input,
    attempts,
    outcome: verdict?.outcome ?? { kind: 'unknown', reason: `no verdict in ${attempts.length} attempts` },
    invokedMs: attempts.reduce((earliest, { invokedMs }) => Math.min(earliest, invokedMs), Infinity),
    completedMs: verdict?.completedMs ?? Infinity,
  }
}

/**
 * The attempt whose answer is the command's. Success before all: where a client was told both, it may rely on that. An
 * attempt that was turned away decides only where every other was so too, for then none did anything.
 */
function verdictOf(attempts: readonly Operation[]): Operation | undefined {
  const byTime = attempts.toSorted((a, b) => a.completedMs - b.completedMs)
  const definite = byTime.filter(({ outcome }) => ['kept', 'unfit'].includes(standingOf(outcome)))
  const verdict = definite.find(({ outcome }) => outcome.kind === 'ok') ?? definite[0]
  if (verdict !== undefined) return verdict
  return attempts.every(({ outcome }) => standingOf(outcome) === 'turned-away') ? byTime.at(-1) : undefined
}
