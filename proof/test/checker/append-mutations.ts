/** Things done to a history that is right, most of which make it wrong. `pick` chooses where. */
import type { AppendOp, AppendTransaction } from '../../src/checker/append-history.js'
import type { Execution } from './serial-execution.js'

export type Mutation = (execution: Execution, pick: number) => Execution

export const MUTATIONS: readonly Mutation[] = [
  (execution, pick) => withSomeFinal(execution, pick, (values) => values.slice(0, -1)),
  (execution, pick) => withSomeFinal(execution, pick, (values) => values.slice(1)),
  (execution, pick) => withSomeFinal(execution, pick, (values) => values.toReversed()),
  (execution, pick) => withSomeFinal(execution, pick, (values) => [...values, ...values.slice(0, 1)]),
  (execution, pick) => withReads(execution, pick, (values) => values.slice(0, -1)),
  (execution, pick) => withReads(execution, pick, (values) => values.slice(1)),
  (execution, pick) => withReads(execution, pick, (values) => values.toReversed()),
  (execution, pick) =>
    withReads(execution, pick, (values, key) => listOf(execution, key).slice(0, values.length + 1)),
  (execution, pick) => withTransaction(execution, pick, (one) => ({ ...one, outcome: 'refused' })),
  (execution, pick) => withTransaction(execution, pick, (one) => ({ ...one, outcome: 'unknown' })),
  (execution, pick) => withTransaction(execution, pick, (one) => ({ ...one, ops: one.ops.toReversed() })),
  (execution, pick) =>
    withTransaction(execution, pick, (one) => ({
      ...one,
      invokedMs: one.invokedMs + 60,
      completedMs: one.completedMs + 60,
    })),
]

export function withFinal(
  { transactions, finals }: Execution,
  key: string,
  change: (values: readonly number[]) => readonly number[],
): Execution {
  return { transactions, finals: new Map([...finals, [key, change(finals.get(key) ?? [])]]) }
}

function withSomeFinal(
  execution: Execution,
  pick: number,
  change: (values: readonly number[]) => readonly number[],
): Execution {
  const keys = [...execution.finals.keys()]
  return keys.length === 0 ? execution : withFinal(execution, keys[pick % keys.length]!, change)
}

function withTransaction(
  { transactions, finals }: Execution,
  pick: number,
  change: (transaction: AppendTransaction) => AppendTransaction,
): Execution {
  const at = pick % transactions.length
  return { transactions: transactions.with(at, change(transactions[at]!)), finals }
}

function withReads(
  execution: Execution,
  pick: number,
  change: (values: readonly number[], key: string) => readonly number[],
): Execution {
  const changeOp = (op: AppendOp): AppendOp =>
    op.kind === 'read' ? { ...op, value: change(op.value, op.key) } : op
  return withTransaction(execution, pick, (one) => ({ ...one, ops: one.ops.map(changeOp) }))
}

const listOf = ({ finals }: Execution, key: string): readonly number[] => finals.get(key) ?? []
