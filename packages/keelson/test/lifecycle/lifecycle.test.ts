import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Lifecycle } from '../../src/lifecycle/lifecycle.js'
import { DatabaseReadiness } from '../../src/lifecycle/readiness.js'

test('what started last stops first, once, and a failure keeps nothing running', async () => {
  const stopped: string[] = []
  const lifecycle = new Lifecycle()
  const part = (name: string, error?: Error): void =>
    lifecycle.started(name, () => {
      stopped.push(name)
      if (error !== undefined) throw error
    })
  part('database')
  part('engine', new Error('stuck'))
  part('server')
  await assert.rejects(Promise.all([lifecycle.stop(), lifecycle.stop()]), /Stopping engine failed/)
  assert.deepEqual(stopped, ['server', 'engine', 'database'])
})

test('ready while the database answers and nobody stops', async () => {
  let works = true
  let reason: string | undefined = undefined
  let probes = 0
  const readiness = new DatabaseReadiness(async () => {
    probes++
    if (!works) throw new Error('gone')
    return Promise.resolve(reason)
  })
  assert.deepEqual(await Promise.all([readiness.check(), readiness.check()]), [undefined, undefined])
  assert.equal(probes, 1)
  works = false
  assert.equal(await readiness.check(), 'database')
  works = true
  assert.equal(await readiness.check(), undefined)
  reason = 'migrations'
  assert.equal(await readiness.check(), 'migrations')
  readiness.stopping()
  assert.equal(await readiness.check(), 'stopping')
})
