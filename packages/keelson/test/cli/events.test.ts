import assert from 'node:assert/strict'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { parseEventsCommand } from '../../src/cli/events-arguments.js'
import type { Server } from '../../src/composition/server.js'
import { subscriber } from '../../src/operation/subscriber.js'
import { createTestDatabase, type TestDatabase } from '../support/database.js'
import { caughtUp, Closed, count, Counted, follow, SCRIPT, seen } from '../support/followed.js'
import { KeelsonProcesses } from '../support/keelson-process.js'
import { until } from '../support/until.js'

let database: TestDatabase
let processes: KeelsonProcesses
before(async () => {
  database = await createTestDatabase(SCRIPT)
  processes = new KeelsonProcesses(await mkdtemp(join(tmpdir(), 'keelson-events-cli-')), {
    DATABASE_URL: database.url,
  })
})
after(async () => {
  processes.killAll()
  await database.drop()
})

async function keelson(...words: string[]): Promise<{ code: number | null; stdout: string; said: string }> {
  return processes.run(['events', ...words]).ended
}

const values = async (): Promise<string[]> =>
  (
    await database.client.query<{ what: string }>(
      "select key || ' ' || value as what from seen order by place",
    )
  ).rows.map(({ what }) => what)

let isBroken = true
const strict = subscriber('strict', {
  on: [Counted, Closed],
  from: 'start',
  retry: { attemptsMax: 1 },
  run({ event: { name, id: eventId, key, payload }, tx, id }) {
    if (isBroken && key.startsWith('bad')) throw new Error('\u001b[2Jnever')
    if (name === 'counter.counted') tx.insert(seen, { id: id(), key, value: payload.value, eventId })
  },
  reset: ({ tx }) => tx.deleteWhere(seen, {}, { rowsMax: 100 }),
})

const parked = (server: Server, keys: number): Promise<unknown> =>
  until(`${keys} keys are parked`, async () => {
    const { subscribers } = await server.events.lag()
    return subscribers[0]?.parked === keys && subscribers[0].behind === 0
  })

test('a database without the tables is told so', async () => {
  const { code, said } = await keelson('list')
  assert.equal(code, 1)
  assert.match(said, /start the app on it once/)
})

test('parked keys are shown, retried and skipped; a subscriber is rebuilt, and forgotten', async () => {
  const { server } = await follow(database, [strict])
  try {
    assert.match((await keelson('parked')).stdout, /No events wait/)
    for (const key of ['bad', 'bad', 'bad2', 'bad2', 'good']) await server.execute(count, { key })
    await parked(server, 2)
    assert.match((await keelson('list')).stdout, /SUBSCRIBER .*\nstrict +5 +0 +0 s +0 +2 +4\n/)
    const shown = (await keelson('parked', 'strict')).stdout
    assert.match(shown, /strict +bad +parked +failed +counter\.counted \d+ +2 +1 .*\ufffd\[2Jnever\n/)
    const json = JSON.parse((await keelson('parked', '--json')).stdout) as { first: { payload: string } }[]
    assert.deepEqual(JSON.parse(json[0]!.first.payload), { key: 'bad', value: 1 })

    // Nothing has changed: it comes back.
    assert.equal((await keelson('retry', 'strict', 'bad')).stdout, '1 key to be tried again.\n')
    await parked(server, 2)
    isBroken = false
    const skipped = await keelson('skip', 'strict', 'bad')
    assert.match(
      skipped.stdout,
      /^Skipped counter\.counted \d+, version 1, of .*:\n\{"key":"bad","value":1\}\n$/,
    )
    await parked(server, 1)
    await caughtUp(server)
    assert.deepEqual(await values(), ['good 1', 'bad 2'])
    assert.equal((await keelson('retry', 'strict', '--all')).stdout, '1 key to be tried again.\n')
    await parked(server, 0)
    await caughtUp(server)
    assert.deepEqual(await values(), ['good 1', 'bad 2', 'bad2 1', 'bad2 2'])
    assert.equal((await keelson('skip', 'strict', 'bad')).code, 1)
    assert.equal((await keelson('retry', 'strict', 'bad')).code, 1)

    await database.client.query(
      'truncate seen; insert into seen (id, key, value, event_id) values (gen_random_uuid(), $$wrong$$, 1, 1)',
    )
    assert.match((await keelson('rebuild', 'strict')).stdout, /begins anew/)
    await until('it is rebuilt', async () => (await values()).length === 5)
    assert.deepEqual((await values()).toSorted(), ['bad 1', 'bad 2', 'bad2 1', 'bad2 2', 'good 1'])
    assert.match((await keelson('rebuild', 'nobody')).said, /no subscriber nobody/)
    assert.match((await keelson('remove', 'strict')).said, /take it out of the code/)
  } finally {
    await server.close()
  }
  assert.match((await keelson('remove', 'strict')).stdout, /forgotten/)
  assert.match((await keelson('list')).stdout, /no subscribers/)
})

test('what cannot be meant is refused with what can', () => {
  const refused = (line: string, message: RegExp): void => {
    assert.throws(() => parseEventsCommand(line.split(' ')), { message })
  }
  refused('skip sales', /Which event/)
  refused('retry sales', /Which keys/)
  refused('retry sales a --all', /Name keys, or/)
  refused('rebuild', /Which subscriber/)
  refused('list sales', /too many/)
  refused('list --limit 3', /--limit is not for/)
  refused('parked --limit none', /whole number/)
  refused('forget sales', /no command/)
})
