/** The line of progress. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Journal } from '../../src/report/journal.js'
import { clockTime, progressLine } from '../../src/report/progress.js'
import { finding } from '../support/fake-parts.js'

test('The line says what is run, which faults there are, and what was found in the service itself', () => {
  const [service, weakened] = [new Journal(() => 0), new Journal(() => 0)]
  service.doing = 'seed 7, round 3'
  weakened.doing = 'switch guards, seed 7'
  const place = { seed: 7, round: 3, faults: ['reset'] }
  const ended = service.faultBegins('reset', '', place)
  weakened.finding(finding('G2'), place, '')
  const line = (): string => progressLine([service.state, weakened.state], 65_000, 1234.5)
  assert.equal(line(), '1:05  1,235 req/s  0 findings  seed 7, round 3: reset  switch guards, seed 7')
  ended()
  weakened.doing = ''
  service.finding(finding('G2'), place, '')
  assert.equal(line(), '1:05  1,235 req/s  1 finding  seed 7, round 3')
})

test('Times are minutes and seconds, hours where there are any', () => {
  assert.deepEqual([0, 65_000, 3_723_000].map(clockTime), ['0:00', '1:05', '1:02:03'])
})
