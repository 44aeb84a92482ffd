import assert from 'node:assert/strict'
import { test } from 'node:test'
import { coloursFor, NO_COLOURS } from '../../src/report/colours.js'

test('colours come in a terminal, and go where the environment says so', () => {
  const has = (isTerminal: boolean, environment: NodeJS.ProcessEnv): boolean =>
    coloursFor(isTerminal, environment) !== NO_COLOURS
  assert.equal(has(true, {}), true)
  assert.equal(has(false, {}), false)
  assert.equal(has(true, { NO_COLOR: '1', FORCE_COLOR: '1' }), false)
  assert.equal(has(true, { NO_COLOR: '' }), true)
  assert.equal(has(true, { TERM: 'dumb' }), false)
  assert.equal(has(false, { FORCE_COLOR: '1' }), true)
  assert.equal(has(true, { FORCE_COLOR: '0' }), false)
})
