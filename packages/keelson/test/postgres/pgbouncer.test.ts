/** Everything behind PgBouncer in transaction mode: commands, subscribers, jobs; with a direct URL for wake-ups and without. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { readConfig } from '../../src/config/config.js'
import type { Server } from '../../src/composition/server.js'
import { caughtUp, count, follow, Follower, SCRIPT } from '../support/followed.js'
import { createTestDatabase, type TestDatabase } from '../support/database.js'
import { JOBS_SCRIPT, place, startJobsApp } from '../support/jobs-app.js'
import { pgbouncer, startPooler, type Pooler } from '../support/pgbouncer.js'
import { until } from '../support/until.js'

const skip = pgbouncer === undefined && 'PgBouncer is not installed'

let pooler: Pooler
let database: TestDatabase
before(async () => {
  if (pgbouncer === undefined) return
  database = await createTestDatabase(
    SCRIPT + JOBS_SCRIPT.replace('create table orders', 'create table if not exists orders'),
  )
  // Fewer connections than two processes ask for: each gets another backend from transaction to transaction.
  pooler = await startPooler(database.url, ['default_pool_size = 8', 'max_client_conn = 200'])
})
after(async () => {
  if (pgbouncer === undefined) return
  await pooler.stop()
  await database.drop()
})

const rows = async (text: string): Promise<Record<string, unknown>[]> =>
  (await database.client.query<Record<string, unknown>>(text)).rows

const KEYS = Array.from({ length: 6 }, (_, at) => `key-${at}`)
const TIMES = 10

for (const direct of [true, false]) {
  const how = direct ? 'with DATABASE_DIRECT_URL' : 'without it'
  const environment = (): Record<string, string> => ({
    PORT: '0',
    DATABASE_URL: pooler.urlOf(database.url),
    ...(direct ? { DATABASE_DIRECT_URL: database.url } : {}),
  })

  test(
    `subscribers in another process follow what commands did, exactly once and in order, ${how}`,
    { skip },
    async () => {
      await database.client.query('delete from seen; update totals set value = 0; delete from counters')
      const options = { databaseUrl: pooler.urlOf(database.url), config: readConfig(environment()) }
      const servers: Server[] = []
      try {
        const front = await follow(database, [Follower], { ...options, roles: ['http'] })
        servers.push(front.server)
        const back = await follow(database, [Follower], { ...options, roles: ['worker'] })
        servers.push(back.server)
        await Promise.all(
          KEYS.map(async (key) => {
            for (let times = 0; times < TIMES; times++) await front.server.execute(count, { key })
          }),
        )
        await caughtUp(front.server)
        assert.deepEqual(
          await rows(
            'select key, array_agg(value order by place) as values from seen group by key order by key',
          ),
          KEYS.map((key) => ({ key, values: Array.from({ length: TIMES }, (_, at) => at + 1) })),
        )
        assert.deepEqual(await rows('select value from totals'), [{ value: KEYS.length * TIMES }])
        const warned = [...front.logged, ...back.logged].filter(
          (line) => (JSON.parse(line) as { level: number }).level >= 40,
        )
        assert.deepEqual(warned, [])
      } finally {
        for (const server of servers) await server.close()
      }
    },
  )

  test(`jobs are done once, by another process, ${how}`, { skip }, async () => {
    await database.client.query('delete from effects; delete from keelson.jobs_ended')
    const url = pooler.urlOf(database.url)
    const front = await startJobsApp(url, { roles: ['http'], environment: environment() })
    const back = await startJobsApp(url, { roles: ['worker'], environment: environment() })
    try {
      await Promise.all(
        Array.from({ length: 5 }, () =>
          front.server.execute(place, { words: Array.from({ length: 10 }, () => 'plain') }),
        ),
      )
      await until(
        'all are done',
        async () => (await rows("select from keelson.jobs_ended where state = 'done'")).length === 50,
      )
      assert.equal((await rows('select from effects')).length, 50)
      assert.equal((await rows('select from keelson.jobs_ended where attempt <> 1')).length, 0)
    } finally {
      await front.server.close()
      await back.server.close()
    }
    // Handed back in order, also through the pooler.
    assert.deepEqual(await rows('select name from keelson.leases'), [])
  })
}
