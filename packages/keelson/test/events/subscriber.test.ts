import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import type { Server } from '../../src/composition/server.js'
import { subscriber } from '../../src/operation/subscriber.js'
import { createTestDatabase, type TestDatabase } from '../support/database.js'
import { caughtUp, close, Closed, count, Counted, follow, SCRIPT, seen, totals } from '../support/followed.js'
import { until } from '../support/until.js'

let database: TestDatabase
const servers: Server[] = []

beforeEach(async () => {
  database = await createTestDatabase(SCRIPT)
})
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()))
  await database.drop()
})

async function start(
  ...given: Parameters<typeof follow> extends [unknown, ...infer R] ? R : never
): Promise<Server> {
  const { server } = await follow(database, ...given)
  servers.push(server)
  return server
}

const rows = async (text: string): Promise<unknown[]> =>
  (await database.client.query<Record<string, unknown>>(text)).rows

test('each event has one effect, in the order of its key over all events of the subscriber', async () => {
  const server = await start()
  const keys = Array.from({ length: 20 }, (_, at) => `key-${at}`)
  await Promise.all(
    keys.map(async (key) => {
      for (let times = 0; times < 10; times++) await server.execute(count, { key })
      await server.execute(close, { key })
    }),
  )
  await caughtUp(server)
  const found = (await rows('select key, value from seen order by place')) as { key: string; value: number }[]
  assert.equal(found.length, 220)
  for (const key of keys)
    assert.deepEqual(
      found.filter((each) => each.key === key).map(({ value }) => value),
      [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, -10],
    )
  assert.deepEqual(await rows('select value from totals'), [{ value: 220 }])
  assert.deepEqual(await rows('select * from keelson.event_marks'), [])
})

test('a subscriber that is new begins at the first event, or with what comes from now on', async () => {
  const first = await start([])
  await first.execute(count, { key: 'before' })
  await caughtUp(first, 0)
  const made = (name: string, from: 'start' | 'now') => {
    const keys: string[] = []
    return {
      keys,
      declared: subscriber(name, {
        on: [Counted],
        from,
        run: ({ event }) => void keys.push(event.payload.key),
      }),
    }
  }
  const [old, young] = [made('old', 'start'), made('young', 'now')]
  const second = await start([old.declared, young.declared])
  await caughtUp(second, 2)
  await second.execute(count, { key: 'after' })
  await caughtUp(second, 2)
  assert.deepEqual([...new Set(old.keys)], ['before', 'after'])
  assert.deepEqual([...new Set(young.keys)], ['after'])
})

test('what fails is tried again; the others go on; its later events come behind it', async () => {
  let fails = 2
  const flaky = subscriber('flaky', {
    on: [Counted],
    from: 'start',
    run({ event: { key, id: eventId, payload }, tx, id }) {
      if (key === 'bad' && payload.value === 1 && fails-- > 0) throw new Error('not yet')
      tx.insert(seen, { id: id(), key, value: payload.value, eventId })
    },
  })
  const server = await start([flaky])
  await server.execute(count, { key: 'bad' })
  await server.execute(count, { key: 'bad' })
  await server.execute(count, { key: 'good' })
  await caughtUp(server)
  const found = await rows('select key, value from seen order by place')
  assert.deepEqual(found, [
    { key: 'good', value: 1 },
    { key: 'bad', value: 1 },
    { key: 'bad', value: 2 },
  ])
  assert.deepEqual(await rows('select * from keelson.event_held_keys'), [])
})

test('after the last try a key is parked, and the rest of the world goes on', async () => {
  const server = await start([
    subscriber('strict', {
      on: [Counted, Closed],
      from: 'start',
      retry: { attemptsMax: 2 },
      run({ event, tx }) {
        if (event.key === 'bad') throw new Error('never')
        tx.increment(totals, 'all', { value: 1 })
      },
    }),
  ])
  await server.execute(count, { key: 'bad' })
  await server.execute(count, { key: 'good' })
  await until('the key is parked', async () => (await server.events.lag()).subscribers[0]?.parked === 1)
  await server.execute(close, { key: 'bad' })
  await server.execute(close, { key: 'good' })
  await caughtUp(server)
  assert.deepEqual(await rows('select value from totals'), [{ value: 2 }])
  assert.deepEqual(await rows('select key, reason, error, attempts from keelson.event_held_keys'), [
    { key: 'bad', reason: 'failed', error: 'never', attempts: 2 },
  ])
  assert.deepEqual(await rows('select name from keelson.event_held order by position'), [
    { name: 'counter.counted' },
    { name: 'counter.closed' },
  ])
})

test('two processes: one handles a subscriber at a time, the other takes over when it ends', async () => {
  const [one, two] = [await start(), await start()]
  await Promise.all(Array.from({ length: 50 }, (_, at) => one.execute(count, { key: `k${at % 7}` })))
  await caughtUp(two)
  servers.splice(servers.indexOf(one), 1)
  await one.close()
  await Promise.all(Array.from({ length: 50 }, (_, at) => two.execute(count, { key: `k${at % 7}` })))
  await caughtUp(two)
  assert.deepEqual(await rows('select count(*)::int as n, count(distinct event_id)::int as d from seen'), [
    { n: 100, d: 100 },
  ])
})
