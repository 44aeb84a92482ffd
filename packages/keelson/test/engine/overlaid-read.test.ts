/**
 * Lists and counts in memory against Postgres as the oracle: what is told before the changes of a group and overlaid with
 * them is what SQL tells after them; or memory says that it does not know, which must be rare.
 */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { asc, desc } from 'drizzle-orm'
import { integer, jsonb, numeric, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core'
import { compileWhere } from '../../src/engine/condition.js'
import { openDatabase, type Database } from '../../src/engine/database.js'
import { compileOrder } from '../../src/engine/order.js'
import { overlaidRead, type ChangedRow } from '../../src/engine/overlaid-read.js'
import type { Shape } from '../../src/engine/port.js'
import { PostgresStore } from '../../src/engine/postgres-store/store.js'
import { countShape, rowsShape } from '../../src/engine/shape.js'
import { loadTables } from '../../src/schema/load.js'
import { keyOf, type TableInfo, type Tuple } from '../../src/schema/table.js'
import { createTestDatabase, GROUPS, type TestDatabase } from '../support/database.js'
import { Seeded } from '../support/seeded.js'

const things = pgTable('things', {
  id: uuid().primaryKey(),
  n: integer(),
  label: text().notNull(),
  price: numeric({ precision: 8, scale: 2 }),
  at: timestamp({ withTimezone: true, mode: 'string' }),
  note: jsonb(),
})

const ROUNDS = 300

let database: TestDatabase
let pools: Database
let store: PostgresStore
let table: TableInfo

before(async () => {
  database = await createTestDatabase(`${GROUPS}
    create table things (id uuid primary key, n int, label text not null collate "C", price numeric(8, 2), at timestamptz, note jsonb);`)
  pools = openDatabase({ url: database.url })
  store = new PostgresStore(pools)
  table = (await loadTables(pools.connections, [things])).get(things)!
})
after(async () => {
  await pools.close()
  await database.drop()
})

const LABELS = ['a', 'B', 'é', '\u{ffff}', '\u{1f600}', 'a"b\\c', '']
const TIMES = [
  '2024-02-29 12:00:00+00',
  '2024-02-29 12:00:00.5+00',
  '1999-12-31 23:59:59.999999+00',
  'infinity',
]
const PRICES = ['0.00', '-1.50', '10.00', '9.99', '100.00']

const maybeNull = <V>(seeded: Seeded, value: V): V | null => (seeded.chance(0.2) ? null : value)

const randomTuple = (seeded: Seeded, id: string, hasNote: boolean): Tuple => [
  id,
  maybeNull(seeded, String(seeded.int(5) - 1)),
  seeded.pick(LABELS),
  maybeNull(seeded, seeded.pick(PRICES)),
  maybeNull(seeded, seeded.pick(TIMES)),
  hasNote ? '{"k": 1}' : null,
]

const randomId = (seeded: Seeded): string =>
  `00000000-0000-4000-8000-${seeded
    .int(2 ** 40)
    .toString(16)
    .padStart(12, '0')}`

function randomRead(seeded: Seeded): { shape: Shape; parameters: readonly string[] } {
  const where = compileWhere(table, {
    ...(seeded.chance(0.4) && {
      n: seeded.pick([null, 0, 1, { gt: 0 }, { lte: 2 }, { in: [0, 3] }, { not: null }]),
    }),
    ...(seeded.chance(0.4) && {
      label: seeded.pick<unknown>([...LABELS, { in: LABELS.slice(2, 6) }, { gte: 'a' }]),
    }),
    ...(seeded.chance(0.2) && { price: seeded.pick([{ gt: '0' }, '10.00', null]) }),
    ...(seeded.chance(0.2) && { at: seeded.pick<unknown>([{ lt: '2024-02-29 12:00:00.3+00' }, null]) }),
  })
  if (seeded.chance(0.3))
    return { shape: countShape(table, where, seeded.pick([0, 1, 3])), parameters: where.parameters }
  const by = seeded.pick([things.n, things.label, things.price, things.id])
  const order = compileOrder(table, seeded.chance(0.5) ? desc(by) : asc(by))
  return { shape: rowsShape(table, where, order, seeded.pick([1, 3, 1000])), parameters: where.parameters }
}

async function replace(tuples: readonly Tuple[]): Promise<void> {
  await database.client.query('delete from things')
  for (const tuple of tuples)
    await database.client.query('insert into things values ($1, $2, $3, $4, $5, $6)', [...tuple])
}

function change(seeded: Seeded, tuples: readonly Tuple[]): { changed: ChangedRow[]; now: Tuple[] } {
  const changed: ChangedRow[] = []
  const now: Tuple[] = []
  for (const base of tuples) {
    const key = keyOf(table, base)
    if (seeded.chance(0.6)) now.push(base)
    else if (seeded.chance(0.4)) changed.push({ key, base, tuple: null, opaque: false })
    else {
      const tuple = [...randomTuple(seeded, key, false).slice(0, 5), base[5]!]
      changed.push({ key, base, tuple, opaque: false })
      now.push(tuple)
    }
  }
  for (let more = seeded.int(3); more > 0; more--) {
    const key = randomId(seeded)
    const opaque = seeded.chance(0.1)
    const tuple = randomTuple(seeded, key, opaque)
    changed.push({ key, base: null, tuple, opaque })
    now.push(tuple)
  }
  return { changed, now }
}

/** Without the versions of rows. */
const columnsOf = (tuples: readonly Tuple[]): Tuple[] =>
  tuples.map((tuple) => tuple.slice(0, table.columns.length))

test('a list or count overlaid with changes is what SQL tells after them', async () => {
  let unknown = 0
  for (let seed = 0; seed < ROUNDS; seed++) {
    const seeded = new Seeded(seed)
    const tuples = Array.from({ length: seeded.int(6) }, () => randomTuple(seeded, randomId(seeded), false))
    const reads = Array.from({ length: 6 }, () => randomRead(seeded))
    const { changed, now } = change(seeded, tuples)
    const tell = (): Promise<(readonly Tuple[])[]> =>
      Promise.all(
        reads.map(async ({ shape, parameters }) => (await store.readShape(shape, [parameters]))[0]!),
      )
    await replace(tuples)
    const stored = await tell()
    await replace(now)
    const expected = await tell()
    for (const [at, { shape, parameters }] of reads.entries()) {
      const told = overlaidRead(shape, parameters, stored[at]!, changed)
      if (told === undefined) unknown++
      else
        assert.deepEqual(
          columnsOf(told),
          columnsOf(expected[at]!),
          `seed ${seed}, read ${at}: ${shape.id} (${parameters.join()})`,
        )
    }
  }
  // Infinity as a time, opaque rows that match, and rows past a limit are left to the database.
  assert.ok(unknown < ROUNDS * 6 * 0.25, `${unknown} of ${ROUNDS * 6} reads were left to the database`)
  assert.ok(unknown > 0)
})
