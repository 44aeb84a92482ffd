import assert from 'node:assert/strict'
import { test } from 'node:test'
import { traceOf, traceparentOf } from '../../src/telemetry/trace-context.js'

const TRACE = '0af7651916cd43dd8448eb211c80319c'
const PARENT = 'b7ad6b7169203331'

test('a trace goes on in a span of its own', () => {
  const trace = traceOf(`00-${TRACE}-${PARENT}-01`)
  assert.deepEqual([trace.traceId, trace.parentId, trace.isSampled], [TRACE, PARENT, true])
  assert.match(trace.spanId, /^[\da-f]{16}$/)
  assert.notEqual(trace.spanId, PARENT)
  assert.equal(traceparentOf(trace), `00-${TRACE}-${trace.spanId}-01`)
  assert.equal(traceOf(`00-${TRACE}-${PARENT}-00`).isSampled, false)
  // A later version may say more.
  assert.equal(traceOf(`cc-${TRACE}-${PARENT}-01-what-is-this`).traceId, TRACE)
})

test('what is no trace begins one', () => {
  for (const header of [
    undefined,
    '',
    `00-${TRACE}-${PARENT}`,
    `00-${TRACE}-${PARENT}-01-more`,
    `ff-${TRACE}-${PARENT}-01`,
    `00-${'0'.repeat(32)}-${PARENT}-01`,
    `00-${TRACE}-${'0'.repeat(16)}-01`,
    `00-${TRACE.toUpperCase()}-${PARENT}-01`,
    `00-${TRACE}-${PARENT}-0x`,
  ]) {
    const trace = traceOf(header)
    assert.match(trace.traceId, /^[\da-f]{32}$/, header)
    assert.notEqual(trace.traceId, TRACE, header)
    assert.equal(trace.parentId, undefined)
  }
  const ids = new Set(Array.from({ length: 1000 }, () => traceOf(undefined).traceId))
  assert.equal(ids.size, 1000)
})
