import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import { EventPartitions, partitionsOf } from '../../src/events/partitions.js'
import { migrate } from '../../src/migrations/migrate.js'
import { OWN_MIGRATIONS } from '../../src/migrations/own.js'
import { Connections } from '../../src/postgres/connections.js'
import { createTestDatabase } from '../support/database.js'
import { openEventWorld, type EventWorld, type Writer } from '../support/event-writers.js'

const SIZE = 2 ** 20

let world: EventWorld
let writer: Writer
beforeEach(async () => {
  world = await openEventWorld()
  writer = await world.writer()
})
afterEach(() => world.close())

const keeper = (keepSeconds = 0): EventPartitions =>
  new EventPartitions({ connections: world.connections, keepSeconds })

async function emit(what: string): Promise<void> {
  await writer.begin()
  await writer.emit('k', what)
  await writer.commit()
}

/** The next event gets this number. */
const jumpTo = (number: number): Promise<unknown> =>
  world.database.client.query("select setval('keelson.event_ids', $1, false)", [number])

const ends = async (): Promise<number[]> => (await partitionsOf(world.connections)).map(({ to }) => to)

async function homes(): Promise<string[]> {
  const { rows } = await world.database.client.query<{ home: string }>(
    "select payload || ' in ' || tableoid::regclass as home from keelson.events order by id",
  )
  return rows.map(({ home }) => home)
}

test('two ranges are ready beyond the one in use', async () => {
  await keeper().makeAhead()
  assert.deepEqual(await ends(), [SIZE + 1, 2 * SIZE + 1, 3 * SIZE + 1])
  await jumpTo(SIZE + 1)
  await emit('one')
  await keeper().makeAhead()
  assert.deepEqual(await ends(), [SIZE + 1, 2 * SIZE + 1, 3 * SIZE + 1, 4 * SIZE + 1])
  assert.deepEqual(await homes(), [`one in keelson.events_${SIZE + 1}`])
})

test('what comes beyond all ranges is kept, becomes a range, and the next ones follow it', async () => {
  await emit('in range')
  const mover = await world.mover()
  await jumpTo(5_000_000)
  await emit('beyond')
  assert.deepEqual(await homes(), ['in range in keelson.events_1', 'beyond in keelson.events_beyond'])
  await keeper().makeAhead()
  await emit('after')
  assert.deepEqual(await homes(), [
    'in range in keelson.events_1',
    `beyond in keelson.events_${SIZE + 1}`,
    'after in keelson.events_5000001',
  ])
  await mover.move()
  assert.deepEqual((await world.page(0)).what, ['in range', 'beyond', 'after'])
})

test('a range leaves when it is used up, old, and passed by every subscriber; never before', async () => {
  const mover = await world.mover()
  await keeper().makeAhead()
  await world.database.client.query(
    "insert into keelson.subscribers (name, position, resets) values ('slow', 0, false)",
  )
  await emit('old')
  await mover.move()
  assert.deepEqual(await keeper().dropOld(), [], 'numbers of it may still come')
  await jumpTo(SIZE + 1)
  await emit('new')
  await mover.move()
  await emit('newer')
  await mover.move()
  assert.deepEqual(await keeper().dropOld(), [], 'one has not passed it')
  await world.database.client.query('update keelson.subscribers set position = 3')
  assert.deepEqual(await keeper(3600).dropOld(), [], 'it is not old enough')
  assert.deepEqual(await keeper().dropOld(), ['events_1'])
  const { what, end } = await world.page(1)
  assert.deepEqual(what, ['new', 'newer'])
  assert.equal(end, 3)
  assert.deepEqual((await world.page(0)).what, ['new', 'newer'])
  await emit('newest')
  await mover.move()
  assert.deepEqual((await world.page(3)).what, ['newest'])
  assert.deepEqual(await keeper().dropOld(), [])
})

test('events of before there were positions get theirs', async () => {
  const old = await createTestDatabase('')
  const connections = new Connections({ url: old.url })
  try {
    await migrate(
      connections,
      OWN_MIGRATIONS.filter(({ name }) => name < 'keelson/0008'),
    )
    await connections.query(
      "insert into keelson.events (name, version, key, payload, occurred_at) select 'test', 1, 'k', n::text, now() from generate_series(1, 3) n",
    )
    await migrate(connections, OWN_MIGRATIONS)
    const { rows } = await connections.query(
      "insert into keelson.events (name, version, key, payload, occurred_at) values ('test', 1, 'k', '4', now()) returning id::int",
    )
    assert.deepEqual(rows, [{ id: 4 }])
    const all = await connections.query<{ n: string }>('select payload as n from keelson.events order by id')
    assert.deepEqual(
      all.rows.map(({ n }) => n),
      ['1', '2', '3', '4'],
    )
    await new EventPartitions({ connections, keepSeconds: 0 }).makeAhead()
    assert.equal((await partitionsOf(connections))[0]!.from, undefined)
  } finally {
    await connections.close()
    await old.drop()
  }
})
