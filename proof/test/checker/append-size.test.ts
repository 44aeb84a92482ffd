import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkAppends } from '../../src/checker/append-checker.js'
import type { AppendTransaction } from '../../src/checker/append-history.js'
import { serialExecution, type Plan } from './serial-execution.js'

const COUNT = 50_000

/** Two reads and an append each, over three lists at a time, each a few hundred long; about fifty are under way at once. */
const long = serialExecution(
  Array.from({ length: COUNT }, (_, at): Plan => {
    const keys = [0, 1, 2].map((of) => `list-${Math.floor(at / 1000) * 3 + ((at + of) % 3)}`)
    return {
      ops: [
        { key: keys[0]!, isAppend: false },
        { key: keys[1]!, isAppend: true },
        { key: keys[2]!, isAppend: false },
      ],
      outcome: at % 97 === 0 ? 'unknown' : at % 89 === 0 ? 'refused' : 'ok',
      takesEffect: at % 2 === 0,
      beforeMs: (at * 7919) % 500,
      afterMs: (at * 104_729) % 500,
    }
  }),
)

test('fifty thousand transactions are judged, and found right', () => {
  assert.deepEqual(checkAppends('lists', long.transactions, long.finals), [])
})

test('one stale read among fifty thousand transactions is found, and shown by two of them', () => {
  const reader: AppendTransaction = {
    id: COUNT,
    client: 0,
    outcome: 'ok',
    invokedMs: COUNT * 10 + 1000,
    completedMs: COUNT * 10 + 1001,
    ops: [{ kind: 'read', key: 'list-75', value: long.finals.get('list-75')!.slice(0, -200) }],
  }
  const [finding, ...others] = checkAppends('lists', [...long.transactions, reader], long.finals)
  assert.equal(finding!.anomaly, 'not-real-time')
  assert.match(finding!.message, new RegExp(`^T${COUNT} → T\\d+ → T${COUNT}:`))
  assert.deepEqual(others, [])
})

test('a history without any isolation is judged, and G-single is among what is found', () => {
  const transactions = long.transactions.map((transaction, at): AppendTransaction => ({
    ...transaction,
    ops: transaction.ops.map((op) =>
      op.kind === 'read' ? { ...op, value: op.value.slice(0, Math.max(0, op.value.length - (at % 5))) } : op,
    ),
  }))
  const anomalies = checkAppends('lists', transactions, long.finals).map(({ anomaly }) => anomaly)
  assert.ok(anomalies.includes('G-single'), anomalies.join())
})
