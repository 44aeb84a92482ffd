/** Operations of hand-made histories: an answer, and what else matters. */
import type { Operation, Outcome } from '../../src/history/operation.js'

let nextId = 1

export function operation(outcome: Outcome, more: Partial<Operation> = {}): Operation {
  const id = nextId++
  return {
    id,
    client: 1,
    workload: 'transfers',
    name: 'transfer',
    input: { amount: 1 },
    key: 'k1',
    process: 'app-1',
    invokedMs: id * 10,
    completedMs: id * 10 + 5,
    outcome,
    ...more,
  }
}

export const ok = (body: string, status = 200): Outcome => ({ kind: 'ok', status, body })

export const refused = (status: number, code: string, requestId = 'r1'): Outcome => ({
  kind: 'refused',
  status,
  code,
  body: JSON.stringify({ status, code, requestId }),
})

export const unknown = (reason = 'connection lost'): Outcome => ({ kind: 'unknown', reason })
