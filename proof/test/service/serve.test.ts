/** The service as a process: it says when it is ready, answers, and ends when it is asked to. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { createDatabase } from '../support/database.js'

const SERVE = fileURLToPath(new URL('../../src/service/serve.js', import.meta.url))

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

const start = (environment: Readonly<Record<string, string>>) =>
  spawn(process.execPath, [SERVE], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })

test('says ready once it listens, takes commands, and ends at SIGTERM', async () => {
  const database = await createDatabase()
  const port = await freePort()
  const child = start({
    PORT: String(port),
    DATABASE_URL: database.url,
    PROOF_VERSION: '2',
    PROOF_SWITCH: 'guards',
  })
  try {
    const [line] = (await once(child.stdout, 'data')) as [Buffer]
    assert.equal(String(line), 'ready\n')
    const response = await fetch(`http://127.0.0.1:${port}/pairs.put`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': 'k' },
      body: JSON.stringify({ token: 'k', mine: 'a', other: 'b' }),
    })
    assert.equal(response.status, 204)
    assert.deepEqual(await database.sql('select * from pairs'), [{ id: 'a', token: 'k' }])
    child.kill('SIGTERM')
    assert.deepEqual(await once(child, 'exit'), [0, null])
  } finally {
    child.kill('SIGKILL')
    await database.drop()
  }
})

test('refuses a switch that there is not, by name', async () => {
  const child = start({ PORT: '0', DATABASE_URL: 'postgres://127.0.0.1/none', PROOF_SWITCH: 'gravity' })
  let said = ''
  child.stderr.on('data', (chunk: Buffer) => (said += String(chunk)))
  const [code] = (await once(child, 'close')) as [number]
  assert.equal(code, 1)
  assert.match(said, /There is no switch `gravity`: there are reruns-on-overlay, guards, /)
})
