/**
 * Hand-made histories, short enough to be seen at a glance: `x+1` appends 1 to x, `x=[1 2]` reads x. Windows are in
 * milliseconds; those that overlap leave the order open.
 */
import type { AppendOp, AppendTransaction, FinalLists } from '../../src/checker/append-history.js'

let nextClient = 1

export function transaction(
  id: number,
  [invokedMs, completedMs]: readonly [number, number],
  ops: string,
  outcome: AppendTransaction['outcome'] = 'ok',
): AppendTransaction {
  return { id, client: nextClient++, outcome, invokedMs, completedMs, ops: opsOf(ops) }
}

/** Concurrent with all others that are so too. */
export const concurrent = (
  id: number,
  ops: string,
  outcome?: AppendTransaction['outcome'],
): AppendTransaction => transaction(id, [0, 100], ops, outcome)

/** `x=[1 2] y=[3]` */
export const finals = (text: string): FinalLists =>
  new Map(opsOf(text).map((op) => [op.key, op.kind === 'read' ? op.value : []]))

const OP = /(\w+)(?:\+(\d+)|=\[([^\]]*)\])/g

const opsOf = (text: string): readonly AppendOp[] =>
  [...text.matchAll(OP)].map(([, key, appended, read]) =>
    appended === undefined
      ? { kind: 'read', key: key!, value: (read ?? '').split(' ').filter(Boolean).map(Number) }
      : { kind: 'append', key: key!, value: Number(appended) },
  )
