/** The interleavings that decide how events are read, driven by hand on connections of their own. */
import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import pg from 'pg'
import { openEventWorld, type EventWorld } from '../support/event-writers.js'
import { createTestDatabase } from '../support/database.js'
import { Seeded } from '../support/seeded.js'

let world: EventWorld
beforeEach(async () => (world = await openEventWorld()))
afterEach(() => world.close())

const numbers = async (): Promise<{ id: string; payload: string }[]> =>
  (
    await world.database.client.query<{ id: string; payload: string }>(
      'select id, payload from keelson.events order by id',
    )
  ).rows

test('a lower number that becomes visible later is not skipped, as a reader of the plain sequence would', async () => {
  const [early, late, mover] = [await world.writer(), await world.writer(), await world.mover()]
  await early.begin()
  await early.emit('a', 'drew first, commits last')
  await late.begin()
  await late.emit('b', 'drew last, commits first')
  await late.commit()
  await mover.move()
  const first = await world.page(0)
  assert.deepEqual(first.what, ['drew last, commits first'])
  const seenByNumber = (await numbers()).at(-1)!.id

  await early.commit()
  await mover.move()
  assert.deepEqual((await world.page(first.end)).what, ['drew first, commits last'])
  // What goes wrong without positions.
  assert.deepEqual(
    (await numbers()).filter(({ id }) => BigInt(id) > BigInt(seenByNumber)),
    [],
  )
})

test('a key keeps the order of its commits, which an order by transaction ids would turn round', async () => {
  const [old, young, mover] = [await world.writer(), await world.writer(), await world.mover()]
  // The older transaction has its id first, and emits last.
  await old.begin()
  await young.begin()
  await young.emit('order', 'placed')
  await young.commit()
  await mover.move()
  const { end } = await world.page(0)
  await old.emit('order', 'cancelled')
  await old.commit()
  await mover.move()
  assert.deepEqual((await world.page(0)).what, ['placed', 'cancelled'])
  assert.deepEqual((await world.page(end)).what, ['cancelled'])
  const { rows } = await world.database.client.query<{ payload: string }>(
    'select payload from keelson.events order by xmin::text::int8',
  )
  assert.deepEqual(
    rows.map(({ payload }) => payload),
    ['cancelled', 'placed'],
  )
})

test('an old transaction, here or in another database, holds up nothing', async () => {
  const other = await createTestDatabase('create table t (n integer)')
  const elsewhere = new pg.Client({ connectionString: other.url })
  await elsewhere.connect()
  try {
    await elsewhere.query('begin; insert into t values (1)')
    const [idle, writer, mover] = [await world.writer(), await world.writer(), await world.mover()]
    await idle.begin()
    await idle.emit('slow', 'not yet')
    const { rows } = await world.database.client.query<{ isHeld: boolean }>(
      'select pg_snapshot_xmin(pg_current_snapshot()) < pg_snapshot_xmax(pg_current_snapshot()) as "isHeld"',
    )
    assert.equal(rows[0]!.isHeld, true)
    for (let at = 0; at < 3; at++) {
      await writer.begin()
      await writer.emit('quick', String(at))
      await writer.commit()
      await mover.move()
      assert.equal((await world.page(0)).what.at(-1), String(at))
    }
    await idle.commit()
    await mover.move()
    assert.deepEqual((await world.page(0)).what, ['0', '1', '2', 'not yet'])
  } finally {
    await elsewhere.end()
    await other.drop()
  }
})

test('numbers that were given back are forgotten once nobody can use them, and no sooner', async () => {
  const [gone, slow, writer, mover] = [
    await world.writer(),
    await world.writer(),
    await world.writer(),
    await world.mover(),
  ]
  await slow.begin()
  await slow.emit('s', 'slow')
  await gone.begin()
  await gone.emit('g', 'gone')
  await gone.rollback()
  const step = async (what: string): Promise<string> => {
    await writer.begin()
    await writer.emit('w', what)
    await writer.commit()
    await mover.move()
    const { rows } = await world.database.client.query<{ holes: string }>(
      'select holes from keelson.event_batches order by first_position desc limit 1',
    )
    return rows[0]!.holes
  }
  assert.equal(await step('1'), '{[1,3)}')
  assert.equal(await step('2'), '{[1,3)}')
  await slow.commit()
  assert.equal(await step('3'), '{}')
  assert.deepEqual((await world.page(0)).what, ['1', '2', 'slow', '3'])
})

test('the next mover goes on where the last one stopped, holes included; the last one can write no more', async () => {
  const [slow, writer, first] = [await world.writer(), await world.writer(), await world.mover()]
  await slow.begin()
  await slow.emit('s', 'slow')
  const say = async (what: string): Promise<void> => {
    await writer.begin()
    await writer.emit('w', what)
    await writer.commit()
  }
  await say('1')
  await first.move()
  const second = await world.mover()
  await say('2')
  await assert.rejects(first.move(), /Another process/)
  assert.deepEqual((await world.page(0)).what, ['1'])
  await slow.commit()
  await second.move()
  const { what } = await world.page(0)
  assert.deepEqual(what.toSorted(), ['1', '2', 'slow'])
  await say('3')
  await assert.rejects(first.move(), /Another process/)
  assert.deepEqual((await world.page(0)).what, what)
})

test('pages of any size give every event once, in one order', async () => {
  const [writer, mover] = [await world.writer(), await world.mover()]
  for (let round = 0; round < 5; round++) {
    await writer.begin()
    for (let at = 0; at < 7; at++) await writer.emit('w', `${round}-${at}`)
    await (round === 2 ? writer.rollback() : writer.commit())
    await mover.move()
  }
  const all = (await world.page(0)).what
  assert.equal(all.length, 28)
  for (const limit of [1, 3, 10]) {
    const paged: string[] = []
    for (let at = 0; ;) {
      const { what, end } = await world.page(at, limit)
      if (end === at) break
      assert.ok(what.length <= limit)
      paged.push(...what)
      at = end
    }
    assert.deepEqual(paged, all)
  }
})

test('whatever the writers and movers do, each committed event gets one position, in the order of its key', async (t) => {
  const seed = Math.floor(Math.random() * 2 ** 31)
  t.diagnostic(`seed ${seed}`)
  const draws = new Seeded(seed)
  const random = (): number => draws.next()
  const writers = await Promise.all(
    Array.from({ length: 4 }, async () => ({
      writer: await world.writer(),
      open: undefined as { key: string; what: string[] } | undefined,
    })),
  )
  const committed = new Map<string, string[]>()
  const read: string[] = []
  let mover = await world.mover()
  let at = 0
  let named = 0
  for (let step = 0; step < 250; step++) {
    const each = draws.pick(writers)
    const draw = random()
    if (draw < 0.2) await mover.move()
    else if (draw < 0.23) mover = await world.mover()
    else if (draw < 0.4) {
      const { what, end } = await world.page(at, 1 + Math.floor(random() * 5))
      read.push(...what)
      at = end
    } else if (each.open === undefined) {
      // Two that want one key would wait for each other, and we for them.
      const free = ['a', 'b', 'c', 'd'].filter((key) => writers.every(({ open }) => open?.key !== key))
      each.open = { key: draws.pick(free), what: [] }
      await each.writer.begin()
    } else if (draw < 0.75) {
      const what = `${each.open.key}${++named}`
      await each.writer.emit(each.open.key, what)
      each.open.what.push(what)
    } else {
      const { key, what } = each.open
      each.open = undefined
      if (draw < 0.85) await each.writer.rollback()
      else {
        await each.writer.commit()
        committed.set(key, [...(committed.get(key) ?? []), ...what])
      }
    }
  }
  for (const { writer, open } of writers) if (open !== undefined) await writer.rollback()
  await mover.move()
  read.push(...(await world.page(at)).what)
  for (const [key, expected] of committed)
    assert.deepEqual(
      read.filter((what) => what.startsWith(key)),
      expected,
    )
  assert.equal(read.length, [...committed.values()].flat().length)
})
