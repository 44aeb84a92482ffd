/** Whole as it is, the engine gives the workloads nothing to find; what they ask is what the service takes. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { serviceApp } from '../../src/service/app.js'
import type { Operation } from '../../src/history/operation.js'
import { createWorkloads } from '../../src/workloads/all.js'
import { trial } from '../support/trial.js'

const names = createWorkloads().map(({ name }) => name)

/** Of both versions; those without a route are for jobs. */
const OPERATIONS = new Set(
  ([1, 2] as const)
    .flatMap((version) => serviceApp(version).options.modules)
    .flatMap(({ operations }) => [...operations.values()])
    .filter(({ definition }) => definition.routes.length > 0)
    .map(({ name }) => name),
)

const OPERATIONS_MIN = 1000

const neverAccepted = (operations: readonly Operation[]): string[] => {
  const accepted = new Set(operations.filter(({ outcome }) => outcome.kind === 'ok').map(({ name }) => name))
  return [...OPERATIONS].filter((name) => !accepted.has(name))
}

test('nothing is found in an engine that is whole, in two versions at once', async () => {
  const seed = Math.floor(Math.random() * 1e6)
  const { findings, operations } = await trial({
    workloads: names,
    seed,
    slices: 40,
    versions: [1, 2],
    isEnough: (all) => all.length >= OPERATIONS_MIN && neverAccepted(all).length === 0,
  })
  assert.deepEqual(findings, [], `seed ${seed}`)
  assert.deepEqual(neverAccepted(operations), [], `seed ${seed}`)
  const failed = operations.filter(
    ({ outcome }) => outcome.kind === 'unknown' && outcome.reason.startsWith('500'),
  )
  assert.deepEqual(failed, [], `seed ${seed}`)
})
