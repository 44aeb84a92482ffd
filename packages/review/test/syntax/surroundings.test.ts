/** How often code runs and what becomes of a promise, told from the tree. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isLoop, type Node } from '../../src/syntax/nodes.js'
import { fateOf, repetitionOf } from '../../src/syntax/surroundings.js'
import { programOf } from '../support/program.js'

/** The call of `probe` in this code. */
function probe(code: string): Node {
  const program = programOf({ 'a.js': code })
  const call = program.calls().find((one) => program.callees(one).some(({ key }) => key === 'global:probe'))
  assert.ok(call, code)
  return call
}

test('a loop, the callback of map and a function called on the spot repeat; the head of a loop and a function kept do not', () => {
  const repeated = [
    'for (const a of b) probe()',
    'while (x) { probe() }',
    'b.map(async () => { await probe() })',
    'for (const a of b) (() => probe())()',
    'for (let i = 0; i < probe(); i++) {}',
    'Array.from(b, () => probe())',
  ]
  for (const code of repeated) assert.ok(repetitionOf(probe(code)), code)
  const once = [
    'for (const a of probe()) {}',
    'for (let i = probe(); i < 1; i++) {}',
    'for (const a of b) later(() => { probe() })',
    'probe().map((x) => x)',
    'b.then(() => probe())',
  ]
  for (const code of once) assert.equal(repetitionOf(probe(code)), undefined, code)
  assert.ok(isLoop(repetitionOf(probe('do { probe() } while (1)'))!.node))
})

test('the fate of a promise', () => {
  const fates: Record<string, string> = {
    'probe()': 'dropped',
    'probe().then(f)': 'dropped',
    'probe().then(f, g)': 'caught',
    'probe().catch(log)': 'caught',
    'probe().finally(f)': 'dropped',
    'a && probe()': 'dropped',
    'void probe()': 'voided',
    'const x = probe()': 'kept',
    'f(probe())': 'kept',
    'async () => { await probe() }': 'awaited',
    '() => probe()': 'returned',
    'function f() { return a ? probe() : 1 }': 'returned',
    '(probe(), 1)': 'dropped',
  }
  for (const [code, fate] of Object.entries(fates)) assert.equal(fateOf(probe(code)), fate, code)
})
