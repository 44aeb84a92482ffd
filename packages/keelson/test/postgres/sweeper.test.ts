import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { systemScheduler } from '../../src/internal/clock.js'
import { Connections } from '../../src/postgres/connections.js'
import { Sweeper } from '../../src/postgres/sweeper.js'
import { createTestDatabase, type TestDatabase } from '../support/database.js'

let database: TestDatabase
let connections: Connections
before(async () => {
  database = await createTestDatabase('create table kept (id integer primary key, at timestamptz not null)')
  connections = new Connections({ url: database.url })
})
after(async () => {
  await connections.close()
  await database.drop()
})

test('what is past its time goes in batches of 1,000; what another holds is left for the next time', async () => {
  await database.client
    .query(`insert into kept select n, now() - interval '2 hours' from generate_series(1, 2500) n;
    insert into kept select n, now() from generate_series(3001, 3010) n`)
  const batches: number[] = []
  const counted = new Proxy(connections, {
    get: (target, name: keyof Connections) =>
      name === 'query'
        ? async (text: string, values: readonly unknown[]) => {
            const result = await target.query(text, values)
            batches.push(result.rowCount ?? 0)
            return result
          }
        : target[name],
  })
  const sweeper = new Sweeper({
    connections: counted,
    retentions: [{ table: 'kept', column: 'at', keepSeconds: 3600 }],
    scheduler: systemScheduler,
    random: () => 0,
    onError: assert.ifError,
  })
  await database.client.query('begin; select from kept where id = 7 for update')
  await sweeper.runOnce()
  await database.client.query('rollback')
  assert.deepEqual(batches, [1000, 1000, 499])
  await sweeper.runOnce()
  const { rows } = await database.client.query<{ id: number }>('select id from kept order by id')
  assert.deepEqual(
    rows.map(({ id }) => id),
    Array.from({ length: 10 }, (_, at) => 3001 + at),
  )
})
