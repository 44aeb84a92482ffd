/** Whole as it is, the engine gives the workloads nothing to find; what they ask is what the service takes. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createWorkloads } from '../../src/workloads/all.js'
import { trial } from '../support/trial.js'

const names = createWorkloads().map(({ name }) => name)

test('nothing is found in an engine that is whole, in two versions at once', async () => {
  const seed = Math.floor(Math.random() * 1e6)
  const { findings, operations } = await trial({ workloads: names, seed, slices: 3, versions: [1, 2] })
  assert.deepEqual(findings, [], `seed ${seed}`)
  const kinds = new Map<string, number>()
  for (const { name, outcome } of operations) {
    const code = outcome.kind === 'refused' ? outcome.code : outcome.kind === 'unknown' ? outcome.reason : ''
    const kind = `${name} ${outcome.kind} ${code}`
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1)
  }
  if (process.env.SHOW) console.log(operations.length, [...kinds].sort())
})
