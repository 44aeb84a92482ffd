import assert from 'node:assert/strict'
import { test } from 'node:test'
import { commandsOf } from '../../src/checker/commands.js'
import { checkEffects } from '../../src/checker/effects.js'
import type { Outcome } from '../../src/history/operation.js'
import { ok, operation, refused, unknown } from './operations.js'

const anomaliesOf = (outcome: Outcome, count: number): readonly string[] =>
  checkEffects('transfers', commandsOf([operation(outcome)]), () => count).map(({ anomaly }) => anomaly)

const CASES: readonly (readonly [name: string, outcome: Outcome, byCount: readonly (readonly string[])[]])[] =
  [
    ['an acknowledged command took effect once', ok('1'), [['lost-effect'], [], ['doubled-effect']]],
    [
      'a refused command took no effect',
      refused(409, 'out_of_stock'),
      [[], ['ghost-effect'], ['ghost-effect']],
    ],
    ['a command of unknown outcome took effect once or not', unknown(), [[], [], ['doubled-effect']]],
  ]

for (const [name, outcome, byCount] of CASES) {
  test(name, () => {
    for (const [count, expected] of byCount.entries()) assert.deepEqual(anomaliesOf(outcome, count), expected)
  })
}

test('a retry that was acknowledged makes the unknown attempt before it count', () => {
  const commands = commandsOf([operation(unknown()), operation(ok('1'))])
  const [finding, ...others] = checkEffects('transfers', commands, () => 0)
  assert.deepEqual(others, [])
  assert.equal(finding!.anomaly, 'lost-effect')
  assert.equal(finding!.evidence.length, 3)
})

test('the effects are asked for command by command', () => {
  const commands = commandsOf([operation(ok('1'), { key: 'a' }), operation(ok('1'), { key: 'b' })])
  const findings = checkEffects('transfers', commands, ({ key }) => (key === 'a' ? 1 : 2))
  assert.deepEqual(
    findings.map(({ message }) => message),
    ['A command took effect 2 times (transfer, key b).'],
  )
})
