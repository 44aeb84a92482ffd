/**
 * Whoever waits in a cycle waits for `deadlock_timeout`, a second by default, with all its locks. These are the cycles that
 * load has shown; each is provoked here, since chance shows them once in some thousand commands.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import pg from 'pg'
import { transferBySql } from '../../src/service/bank.js'
import { takeAll } from '../../src/service/names.js'
import { bank } from '../../src/workloads/bank.js'
import { deadlockCount } from '../../src/workloads/deadlocks.js'
import { startServers } from '../support/servers.js'
import { pause, untilWaiting } from '../support/waiting.js'

/** How long sessions may keep their statistics to themselves, and a little more. */
const STATISTICS_MS = 1500

test('groups that insert the same unique values do not wait in a cycle', async () => {
  const { servers, databaseUrl, sql, close } = await startServers()
  const rival = new pg.Client({ connectionString: databaseUrl })
  try {
    // Somebody holds the name in the middle until both have inserted their first ones.
    await rival.connect()
    await rival.query("begin; insert into names values (gen_random_uuid(), 'middle', '')")
    const wanted = ['first', 'middle', 'last']
    const ends = Promise.allSettled(
      [wanted, wanted.toReversed()].map((names, at) =>
        servers[at]!.execute(takeAll, { token: `${at}`, names }),
      ),
    )
    await untilWaiting(sql, 2)
    await rival.query('rollback')
    const accepted = (await ends).filter(({ status }) => status === 'fulfilled')
    assert.equal(accepted.length, 1)
    await pause(STATISTICS_MS)
    assert.equal(await deadlockCount(sql), 0)
  } finally {
    await rival.end()
    await close()
  }
})

test('commands that run solo for the first time do not wait in a cycle', async () => {
  const { servers, sql, close } = await startServers()
  try {
    await bank().seed(sql)
    const transfers = Array.from({ length: 8 }, (_, at) => {
      const [source, target] = at % 4 < 2 ? ['a', 'b'] : ['b', 'a']
      return servers[at % 2]!.execute(transferBySql, { token: `${at}`, source, target, amount: 1 })
    })
    await Promise.all(transfers)
    await pause(STATISTICS_MS)
    assert.equal(await deadlockCount(sql), 0)
  } finally {
    await close()
  }
})
