import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { checkAppends } from '../../src/checker/append-checker.js'
import type { AppendOp, AppendTransaction } from '../../src/checker/append-history.js'
import type { Anomaly } from '../../src/checker/finding.js'
import { MUTATIONS, withFinal } from './append-mutations.js'
import { isStrictlySerializable } from './brute-force.js'
import { planOf, serialExecution, type Execution } from './serial-execution.js'

const anomaliesOf = ({ transactions, finals }: Execution): readonly Anomaly[] => [
  ...new Set(checkAppends('lists', transactions, finals).map(({ anomaly }) => anomaly)),
]

const executions = fc
  .array(planOf(['x', 'y', 'z'], 5), { minLength: 1, maxLength: 60 })
  .map((plans) => serialExecution(plans))

test('a serial execution has no finding, however the windows overlap', () => {
  fc.assert(fc.property(executions, (execution) => assert.deepEqual(anomaliesOf(execution), [])))
})

const mutated = fc
  .tuple(
    fc.array(planOf(['x', 'y'], 3), { minLength: 2, maxLength: 5 }),
    fc.array(fc.tuple(fc.constantFrom(...MUTATIONS), fc.nat(100)), { maxLength: 3 }),
  )
  .map(([plans, changes]) =>
    changes.reduce((execution, [mutate, pick]) => mutate(execution, pick), serialExecution(plans)),
  )

test('there is a finding exactly where no order explains the history', () => {
  let broken = 0
  fc.assert(
    fc.property(mutated, (execution) => {
      const isRight = isStrictlySerializable(execution.transactions, execution.finals)
      if (!isRight) broken++
      assert.equal(anomaliesOf(execution).length === 0, isRight)
    }),
    { numRuns: 3000 },
  )
  assert.ok(broken > 300, `only ${broken} of the histories were broken`)
})

test('what was acknowledged and is taken away is found as lost', () => {
  fc.assert(
    fc.property(executions, fc.nat(), (execution, pick) => {
      const acknowledged = appendsOf(execution.transactions, 'ok')
      fc.pre(acknowledged.length > 0)
      const { key, value } = acknowledged[pick % acknowledged.length]!
      const without = withFinal(execution, key, (values) => values.filter((other) => other !== value))
      assert.ok(anomaliesOf(without).includes('lost-effect'))
    }),
  )
})

test('what was refused and is put in is found as a ghost', () => {
  fc.assert(
    fc.property(executions, fc.nat(), (execution, pick) => {
      const refused = appendsOf(execution.transactions, 'refused')
      fc.pre(refused.length > 0)
      const { key, value } = refused[pick % refused.length]!
      const withGhost = withFinal(execution, key, (values) => [...values, value])
      assert.deepEqual(anomaliesOf(withGhost), ['ghost-effect'])
    }),
  )
})

test('what is there twice is found as doubled', () => {
  fc.assert(
    fc.property(executions, fc.nat(), (execution, pick) => {
      const keys = [...execution.finals.keys()].filter((key) => execution.finals.get(key)!.length > 0)
      fc.pre(keys.length > 0)
      const key = keys[pick % keys.length]!
      const twice = withFinal(execution, key, (values) => [...values, values[pick % values.length]!])
      assert.deepEqual(anomaliesOf(twice), ['doubled-effect'])
    }),
  )
})

const appendsOf = (
  transactions: readonly AppendTransaction[],
  outcome: AppendTransaction['outcome'],
): readonly Extract<AppendOp, { kind: 'append' }>[] =>
  transactions
    .filter((one) => one.outcome === outcome)
    .flatMap(({ ops }) => ops)
    .filter((op) => op.kind === 'append')
