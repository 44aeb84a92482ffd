/** SQL of whoever judges: what breaks beside it must not end the judge's own process. An error that nobody hears fails a test. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import { openWorldSql, type WorldSql } from '../../src/world/world-sql.js'
import { createDatabase } from '../support/database.js'
import { until } from '../until.js'

let database: Awaited<ReturnType<typeof createDatabase>>
let world: WorldSql
before(async () => {
  database = await createDatabase()
  world = openWorldSql({ url: database.url, signal: new AbortController().signal })
})
after(async () => {
  await world.close()
  await database.drop()
})

const OTHERS = "from pg_stat_activity where application_name = 'proof' and datname = current_database()"

test("a connection that is ended while it rests in the pool is nobody's failure", async () => {
  await world.sql('select 1')
  const ended = await database.sql<{ pid: number }>(`select pid, pg_terminate_backend(pid) ${OTHERS}`)
  assert.ok(ended.length > 0, 'one rested there')
  await until('it is ended', async () => (await database.sql(`select pid ${OTHERS}`)).length === 0)
  assert.deepEqual(await world.sql('select 1 as one'), [{ one: 1 }])
})

test('one that is ended under way fails what was not a read, and nothing else', async () => {
  await assert.rejects(
    world.sql('do $$ begin perform pg_terminate_backend(pg_backend_pid()); perform pg_sleep(5); end $$'),
  )
  assert.deepEqual(await world.sql('select 2 as two'), [{ two: 2 }])
})

test('one that is ended in the very moment in which it has answered fails nothing', async (context) => {
  const message = (type: string, ...body: (string | number)[]): Buffer => {
    const bytes = Buffer.concat(
      body.map((part) => {
        if (typeof part === 'string') return Buffer.from(`${part}\0`)
        const four = Buffer.alloc(4)
        four.writeInt32BE(part)
        return four
      }),
    )
    const head = Buffer.alloc(5)
    head.write(type)
    head.writeInt32BE(bytes.length + 4, 1)
    return Buffer.concat([head, bytes])
  }
  const ready = Buffer.from([0x5a, 0, 0, 0, 5, 0x49])
  let answered = 0
  const server = createServer((socket) => {
    socket.on('error', () => undefined)
    socket.once('data', () => {
      socket.write(Buffer.concat([message('R', 0), ready]))
      // The answer, and behind it the end of the connection, which finds it lent and without a query.
      socket.once('data', () => {
        answered++
        const end = message('E', 'SFATAL', 'C57P01', 'Mended', '')
        socket.write(Buffer.concat([message('C', 'SELECT 0'), ready, end]))
      })
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  context.after(() => server.close())
  const { port } = server.address() as AddressInfo
  const { sql, close } = openWorldSql({
    url: `postgres://proof@127.0.0.1:${port}/proof`,
    signal: new AbortController().signal,
  })
  assert.deepEqual(await sql('select'), [])
  assert.equal(answered, 1)
  await close()
})
