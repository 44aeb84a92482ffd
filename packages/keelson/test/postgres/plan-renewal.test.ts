import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { Connections } from '../../src/postgres/connections.js'
import type { Connection } from '../../src/postgres/connection.js'
import { PlanRenewal } from '../../src/postgres/plan-renewal.js'
import { createTestDatabase, type TestDatabase } from '../support/database.js'

const BY_GROUP = { name: 'by_group', text: 'select id from members where group_id = any($1::int4[])' }

let database: TestDatabase
let connections: Connections
before(async () => {
  database = await createTestDatabase(`
    create table members (id int primary key, group_id int not null) with (autovacuum_enabled = off);
    create index members_group on members (group_id)`)
  await database.client.query('vacuum analyze members')
  const session = { plan_cache_mode: 'force_generic_plan' }
  connections = new Connections({ url: database.url, max: 1, session })
})
after(async () => {
  await connections.close()
  await database.drop()
})

/** How the server runs the statement that is prepared on this connection, now. */
async function planOf(connection: Connection): Promise<string> {
  const { rows } = await connection.client.query<{ 'QUERY PLAN': string }>(
    `explain execute ${BY_GROUP.name}('{1}')`,
  )
  return rows.map((row) => row['QUERY PLAN']).join('\n')
}

test('a plan made on an empty table does not outlive the table being empty', async () => {
  await connections.use(async (connection) => {
    await connection.send(BY_GROUP, ['{1}'])
    assert.match(await planOf(connection), /Seq Scan/)
    await database.client.query('insert into members select n, n from generate_series(1, 20000) as n')
    await pause(600)
    await connection.send(BY_GROUP, ['{1}'])
    assert.match(await planOf(connection), /Seq Scan/, 'not within what one borrower does')
  })
  await connections.use(async (connection) => {
    const { rows } = await connection.send(BY_GROUP, ['{1}'])
    assert.deepEqual(rows, [['1']])
    assert.match(await planOf(connection), /Index/)
  })
})

test('in a transaction that has failed, the way out comes first', async () => {
  await pause(1100)
  await connections.use(async (connection) => {
    await connection.send({ text: 'begin' })
    await connection.send({ text: 'savepoint here' })
    await assert.rejects(connection.send({ text: 'select 1 / 0' }))
    await pause(1100)
    await connection.send({ text: 'rollback to savepoint here' })
    const { command } = await connection.send({ text: 'commit' })
    assert.equal(command, 'COMMIT')
  })
})

test('plans are made anew often while a connection is young, and twice a minute later', () => {
  const renewal = new PlanRenewal(0)
  const times: number[] = []
  for (let nowMs = 0; nowMs <= 120_000; nowMs += 100) if (renewal.isDue(nowMs)) times.push(nowMs)
  assert.deepEqual(times, [500, 1500, 3500, 7500, 15_500, 31_500, 61_500, 91_500])
})
