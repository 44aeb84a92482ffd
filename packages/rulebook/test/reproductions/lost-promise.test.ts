/** An audit row whose insert nobody awaits: its failure ends the process, after the client was told 201. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { test, type TestContext } from 'node:test'
import { createDatabase, holdLock, valueOf, type Database } from '../support/database.js'

const SCHEMA = `
  create table orders (sku text primary key);
  create table audit (what text primary key);`

async function startService(t: TestContext, database: Database, variant: 'naive' | 'mended') {
  const file = new URL('./lost-promise/orders.service.js', import.meta.url).pathname
  const process_ = spawn(process.execPath, [file, variant], {
    env: { ...process.env, SERVICE_DATABASE_URL: database.url },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  t.after(() => process_.kill('SIGKILL'))
  let log = ''
  process_.stderr.setEncoding('utf8').on('data', (text: string) => (log += text))
  const exited = once(process_, 'close') as Promise<[number | null]>
  const [port] = (await once(process_.stdout, 'data')) as [Buffer]
  const order = (sku: string) =>
    fetch(`http://127.0.0.1:${Number(port.toString())}/orders/${sku}`, { method: 'POST' })
  return { order, exited, log: () => log }
}

test('the naive service says 201, loses the audit row, and dies of it', async (t) => {
  const database = await createDatabase(t, SCHEMA)
  const service = await startService(t, database, 'naive')
  const release = await holdLock(database, 'lock table audit in exclusive mode')

  assert.equal((await service.order('anvil')).status, 201)
  const [code] = await service.exited
  await release()
  assert.equal(code, 1)
  assert.match(service.log(), /lock timeout/)
  await assert.rejects(service.order('broom'), TypeError)
  assert.deepEqual(
    [
      await valueOf(database.observer, 'select count(*)::int from orders'),
      await valueOf(database.observer, 'select count(*)::int from audit'),
    ],
    [1, 0],
  )
})

test('the mended service says 500, keeps neither row, and lives', async (t) => {
  const database = await createDatabase(t, SCHEMA)
  const service = await startService(t, database, 'mended')
  const release = await holdLock(database, 'lock table audit in exclusive mode')

  assert.equal((await service.order('anvil')).status, 500)
  assert.equal(await valueOf(database.observer, 'select count(*)::int from orders'), 0)
  await release()
  assert.equal((await service.order('anvil')).status, 201)
  assert.equal(await valueOf(database.observer, 'select what from audit'), 'ordered anvil')
})
