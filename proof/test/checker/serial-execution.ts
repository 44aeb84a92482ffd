/** Histories that are right by construction: transactions one after the other, each seen through a window around its moment. */
import fc from 'fast-check'
import type { AppendOp, AppendTransaction, FinalLists } from '../../src/checker/append-history.js'

export interface Plan {
  readonly ops: readonly { readonly key: string; readonly isAppend: boolean }[]
  readonly outcome: AppendTransaction['outcome']
  /** For those of unknown outcome. */
  readonly takesEffect: boolean
  /** How long before and after its moment it was sent and answered. */
  readonly beforeMs: number
  readonly afterMs: number
}

export interface Execution {
  readonly transactions: readonly AppendTransaction[]
  readonly finals: FinalLists
}

export const planOf = (keys: readonly string[], opsMax: number): fc.Arbitrary<Plan> =>
  fc.record({
    ops: fc.array(fc.record({ key: fc.constantFrom(...keys), isAppend: fc.boolean() }), {
      minLength: 1,
      maxLength: opsMax,
    }),
    outcome: fc.constantFrom('ok', 'ok', 'ok', 'refused', 'unknown'),
    takesEffect: fc.boolean(),
    beforeMs: fc.nat(40),
    afterMs: fc.nat(40),
  })

/** The moments are 10 ms apart. */
export function serialExecution(plans: readonly Plan[]): Execution {
  const finals = new Map<string, number[]>()
  let value = 0
  const transactions = plans.map((plan, at): AppendTransaction => {
    const lists = new Map([...finals].map(([key, values]) => [key, values.slice()]))
    const ops = plan.ops.map(({ key, isAppend }): AppendOp => {
      const list = lists.get(key) ?? []
      if (!isAppend) return { kind: 'read', key, value: list.slice() }
      value++
      lists.set(key, [...list, value])
      return { kind: 'append', key, value }
    })
    if (plan.outcome === 'ok' || (plan.outcome === 'unknown' && plan.takesEffect)) {
      for (const [key, values] of lists) finals.set(key, values)
    }
    const { outcome, beforeMs, afterMs } = plan
    return {
      id: at,
      client: at,
      outcome,
      invokedMs: at * 10 - beforeMs,
      completedMs: at * 10 + afterMs,
      ops,
    }
  })
  return { transactions, finals }
}
