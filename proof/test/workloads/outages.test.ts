/** What callers hear when the database breaks off under their request. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import pg from 'pg'
import { bank } from '../../src/workloads/bank.js'
import { startServers } from '../support/servers.js'
import { untilWaiting } from '../support/waiting.js'

test('a query whose connection is ended by the server is answered, or refused as retryable', async () => {
  const { servers, databaseUrl, sql, close } = await startServers([1])
  const rival = new pg.Client({ connectionString: databaseUrl })
  try {
    await bank().seed(sql)
    await rival.connect()
    await rival.query('begin; lock accounts in access exclusive mode')
    const answer = servers[0]!.inject('/look.bank')
    await untilWaiting(sql, 1)
    await sql(
      "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
    )
    await rival.query('rollback')
    const { statusCode } = await answer
    assert.ok([200, 503].includes(statusCode), `answered with ${statusCode}`)
  } finally {
    await rival.end()
    await close()
  }
})
