/** The lives of a process: which deaths were ordered, and that it always comes back on the same port. */
import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { ServiceProcess } from '../../src/world/app-process.js'
import { until } from '../until.js'

const SCRIPT = fileURLToPath(new URL('stub-service.js', import.meta.url))

async function created(
  test: TestContext,
  env: Record<string, string> = {},
  readyMs = 60_000,
): Promise<ServiceProcess> {
  const app = await ServiceProcess.create({ name: 'app', script: SCRIPT, env, readyMs })
  test.after(() => app.close())
  return app
}

const versionOf = async (app: ServiceProcess): Promise<string> =>
  (await fetch(`${app.url}/version`, { signal: AbortSignal.timeout(10_000) })).text()

test('is killed and started again, with another environment for one life', async (t) => {
  const app = await created(t, { PROOF_VERSION: 'first' })
  assert.equal(app.isRunning, false)
  await app.start()
  const { pid, url } = app
  assert.equal(await versionOf(app), 'first')
  await app.start()
  assert.equal(app.pid, pid)
  await app.restart({ PROOF_VERSION: 'second' })
  assert.equal(await versionOf(app), 'second')
  await app.kill()
  assert.equal(app.isRunning, false)
  await app.start()
  assert.equal(await versionOf(app), 'first')
  assert.equal(app.url, url)
  assert.deepEqual(app.endedByItself, [])
})

test('stands still and goes on', async (t) => {
  const app = await created(t)
  await app.start()
  app.pause()
  let isAnswered = false
  const answer = versionOf(app).then(() => (isAnswered = true))
  assert.equal(await app.hasDied(100), false)
  assert.equal(isAnswered, false)
  app.resume()
  await answer
  app.pause()
  await app.kill()
  assert.deepEqual(app.endedByItself, [])
})

test('a death that nobody ordered is remembered, with what it said', async (t) => {
  const app = await created(t)
  await app.start({ STUB_DIES: '200' })
  assert.equal(await app.hasDied(20_000), true)
  assert.deepEqual(app.endedByItself, [{ code: 3, signal: null, said: 'the stub dies\n' }])
  await app.start()
  process.kill(app.pid!, 'SIGKILL')
  await until('the end', () => !app.isRunning)
  assert.equal(app.endedByItself[1]?.signal, 'SIGKILL')
})

test('a death at a failpoint was ordered, even before it was ready', async (t) => {
  const app = await created(t)
  await app.start({ KEELSON_FAILPOINTS: 'admitted=kill@1', STUB_FAILS_AT: 'admitted' })
  assert.equal(await app.hasDied(20_000), true)
  assert.deepEqual(app.endedByItself, [])
  await app.start()
  assert.equal(app.isRunning, true)
})

test('is started again and again until it is ready, and not for ever', async (t) => {
  const app = await created(t, {}, 5000)
  await assert.rejects(app.start({ STUB_REFUSES_TO_START: 'yes' }), /app did not become ready.*refused/s)
  assert.equal(app.isRunning, false)
  assert.deepEqual(app.endedByItself, [])
})

test('closing breaks off a start', async (t) => {
  const app = await created(t)
  const refused = assert.rejects(app.start({ STUB_REFUSES_TO_START: 'yes' }), /app is closed/)
  await app.close()
  await refused
})
