/** SQL of whoever judges: what breaks beside it must not end the judge's own process. An error that nobody hears fails a test. */
import assert from 'node:assert/strict'
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
