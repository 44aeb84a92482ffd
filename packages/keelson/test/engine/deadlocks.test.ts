/**
 * No two groups wait for each other: two engines with pools of their own do crosswise what groups may, and the server
 * counts no deadlock. The results are those of one after the other. Every row takes the server a while to write, so that
 * flushes meet: without the locks of `write-locks.ts` the pairs end in deadlocks.
 */
import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { customType, integer, pgTable, text, type PgTable } from 'drizzle-orm/pg-core'
import { KeelsonError } from '../../src/errors.js'
import type { Transaction } from '../../src/engine/transaction.js'
import { createTestDatabase, GROUPS, type TestDatabase } from '../support/database.js'
import { startEngine } from '../support/engine.js'
import { Seeded } from '../support/seeded.js'
import { SpyStore } from '../support/spy-store.js'

const int4range = customType<{ data: string }>({ dataType: () => 'int4range' })
const citextLike = customType<{ data: string }>({ dataType: () => 'citext' })

const codes = pgTable('codes', { id: text().primaryKey(), code: text().unique() })
const names = pgTable('names', { id: text().primaryKey(), name: citextLike().unique() })
const seats = pgTable('seats', {
  id: text().primaryKey(),
  label: text().notNull().unique(),
  moves: integer().notNull(),
})
const parents = pgTable('parents', {
  id: text().primaryKey(),
  label: text().unique(),
  changes: integer().notNull(),
})
const children = pgTable('children', {
  id: text().primaryKey(),
  parent: text()
    .notNull()
    .references(() => parents.id),
})
const bookings = pgTable('bookings', { id: text().primaryKey(), during: int4range().notNull() })
const tickets = pgTable('tickets', { id: text().primaryKey(), place: integer().unique() })
const TABLES = [codes, names, seats, parents, children, bookings, tickets]

const COUNT = 150
const ROUNDS = 6

let database: TestDatabase
const seed = Number(process.env.KEELSON_SEED ?? Math.floor(Math.random() * 1e9))

before(async () => {
  database = await createTestDatabase(`${GROUPS}
    create extension citext;
    create function slow(text) returns boolean language plpgsql as $$ begin perform pg_sleep(0.003); return true; end $$;
    create table codes (id text primary key, code text unique, check (slow(id)));
    create table names (id text primary key, name citext unique, check (slow(id)));
    create function slowly(text) returns text immutable language plpgsql as $$ begin perform pg_sleep(0.003); return $1; end $$;
    create table seats (id text primary key, label text not null, moves int not null);
    -- Between a row's new version and the check of its label.
    create index on seats (slowly(id));
    alter table seats add unique (label);
    create table parents (id text primary key, label text unique, changes int not null, check (slow(id)));
    create table children (id text primary key, parent text not null references parents, check (slow(id)));
    create index on children (parent);
    create table bookings (id text primary key, during int4range not null, exclude using gist (during with &&), check (slow(id)));
    create table tickets (id text primary key, place int unique deferrable initially deferred, check (slow(id)));`)
})
beforeEach(async () => {
  await database.client.query(`truncate codes, names, seats, parents, children, bookings, tickets;
    insert into seats select 'seat' || n, 'place' || n, 0 from generate_series(0, 3) n;
    insert into tickets select 'ticket' || n, n from generate_series(0, 3) n;
    insert into parents select 'p' || n, 'label' || n, 0 from generate_series(0, 5) n;
    insert into children select 'c' || n, 'p' || n from generate_series(0, 5) n;`)
})
after(() => database.drop())

/** As the server counts them, once everybody else has left and told. */
async function deadlocks(): Promise<number> {
  for (;;) {
    const { rows } = await database.client.query<{ others: number; deadlocks: string }>(`
      select (select count(*)::int from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()) as others,
        (select deadlocks from pg_stat_database where datname = current_database()) as deadlocks, pg_stat_clear_snapshot()`)
    if (rows[0]!.others === 0) {
      const again = await database.client.query<{ deadlocks: string }>(
        'select deadlocks from pg_stat_database where datname = current_database()',
      )
      return Number(again.rows[0]!.deadlocks)
    }
  }
}

interface Command {
  readonly name: string
  readonly run: (tx: Transaction) => Promise<unknown>
}

/** Runs commands at once, in small groups, over two engines; whatever is refused is refused for a reason of its own. */
async function storm(count: number, draw: (seeded: Seeded, at: number) => Command): Promise<unknown[]> {
  const before = await deadlocks()
  const seeded = new Seeded(seed)
  const options = { membersMax: 4, groupsMax: 3, patienceMs: 60_000 }
  const engines = [
    await startEngine(database.url, TABLES, options),
    await startEngine(database.url, TABLES, options),
  ]
  const settled = await Promise.allSettled(
    Array.from({ length: count }, (_, at) => {
      const { name, run } = draw(seeded, at)
      return engines[at % 2]!.run(run, name)
    }),
  )
  for (const engine of engines) await engine.close()
  assert.equal((await deadlocks()) - before, 0, `deadlocks; KEELSON_SEED=${seed} draws the commands again`)
  return settled.flatMap((result) => {
    if (result.status === 'fulfilled') return [result.value]
    const error: unknown = result.reason
    assert.ok(error instanceof KeelsonError, `KEELSON_SEED=${seed}: ${String(error)}`)
    assert.match(
      error.code,
      /^(unique_violation|foreign_key_violation|exclusion_violation|not_found|conflict)$/,
    )
    return []
  })
}

/**
 * Pairs of commands, each on an engine of its own. Who holds its locks waits for the other to hold its own too, or to
 * wait for one: if both may go on, their flushes meet.
 */
async function duel(left: (round: number) => Command, right: (round: number) => Command): Promise<unknown[]> {
  const before = await deadlocks()
  const waiting = async (): Promise<boolean> =>
    (
      await database.client.query(
        "select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
      )
    ).rows.length > 0
  let holders = new Set<number>()
  const engines = await Promise.all(
    [0, 1].map((side) =>
      startEngine(database.url, TABLES, {}, (store) => {
        const spy = new SpyStore(store)
        spy.locked = async () => {
          holders.add(side)
          while (holders.size < 2 && !(await waiting()));
        }
        return spy
      }),
    ),
  )
  const settled: PromiseSettledResult<unknown>[] = []
  for (let round = 0; round < ROUNDS; round++) {
    holders = new Set()
    const running = [left, right].map((make, side) => {
      const { name, run } = make(round)
      // Who has come to its end is not waited for.
      return engines[side]!.run(run, name).finally(() => holders.add(side))
    })
    settled.push(...(await Promise.allSettled(running)))
  }
  for (const engine of engines) await engine.close()
  assert.equal((await deadlocks()) - before, 0, 'deadlocks')
  return settled.map((result) =>
    result.status === 'fulfilled' ? result.value : (result.reason as KeelsonError).code,
  )
}

/** The results of one round after the other, sorted within each. */
const rounds = (results: readonly unknown[]): string[] =>
  Array.from({ length: ROUNDS }, (_, at) =>
    results
      .slice(2 * at, 2 * at + 2)
      .map(String)
      .toSorted()
      .join(),
  )

const always = (result: string): string[] => Array.from({ length: ROUNDS }, () => result)

const rowsOf = async (query: string): Promise<Record<string, unknown>[]> =>
  (await database.client.query<Record<string, unknown>>(query)).rows

const inserts =
  (side: string, first: (round: number) => object, second: (round: number) => object, table: PgTable) =>
  (round: number): Command => ({
    name: 'insert',
    run: async (tx) => {
      tx.insert(table, { id: `${round} ${side} 1`, ...first(round) })
      tx.insert(table, { id: `${round} ${side} 2`, ...second(round) })
      return 'taken'
    },
  })

test('the same unique values inserted crosswise: one takes both', async () => {
  const [x, y] = ['x', 'y'].map((letter) => (round: number) => ({ code: `${letter}${round}` }))
  const results = await duel(inserts('a', x!, y!, codes), inserts('b', y!, x!, codes))
  assert.deepEqual(rounds(results), always('taken,unique_violation'))
})

test('values equal by more than their texts, inserted crosswise', async () => {
  const [x, y] = ['x', 'y'].map((letter) => (round: number) => ({ name: `${letter}${round}` }))
  const [X, Y] = ['X', 'Y'].map((letter) => (round: number) => ({ name: `${letter}${round}` }))
  const results = await duel(inserts('a', x!, y!, names), inserts('b', Y!, X!, names))
  assert.deepEqual(rounds(results), always('taken,unique_violation'))
})

test('unique values that are checked at the end, inserted crosswise', async () => {
  const [x, y] = [0, 1].map((half) => (round: number) => ({ place: 100 + 2 * round + half }))
  const results = await duel(inserts('a', x!, y!, tickets), inserts('b', y!, x!, tickets))
  assert.deepEqual(rounds(results), always('taken,unique_violation'))
})

test('spans that exclude each other, inserted crosswise', async () => {
  const [x, y] = [0, 5].map((start) => (round: number) => ({
    during: `[${10 * round + start},${10 * round + start + 4})`,
  }))
  const results = await duel(inserts('a', x!, y!, bookings), inserts('b', y!, x!, bookings))
  assert.deepEqual(rounds(results), always('exclusion_violation,taken'))
})

test('unique values exchanged by two who do not know of each other', async () => {
  const takes = (own: string, other: string, reads: boolean) => (): Command => ({
    name: 'exchange',
    run: async (tx) => {
      if (reads) await tx.require(seats, `seat${own}`)
      tx.update(seats, `seat${own}`, { label: `place${other}` })
    },
  })
  const known = await duel(takes('0', '1', true), takes('1', '0', true))
  assert.deepEqual(rounds(known), always('unique_violation,unique_violation'))
  const blind = await duel(takes('0', '1', false), takes('1', '0', false))
  assert.deepEqual(rounds(blind), always('unique_violation,unique_violation'))
})

test('each removes a parent and gives the other a child', async () => {
  const replaces =
    (side: string, own: number, other: number) =>
    (round: number): Command => ({
      name: 'replace',
      run: async (tx) => {
        tx.delete(parents, `${round} ${own}`)
        tx.insert(children, { id: `${round} ${side}`, parent: `${round} ${other}` })
        return 'replaced'
      },
    })
  await database.client.query(
    `insert into parents select n || ' ' || half, null, 0 from generate_series(0, ${ROUNDS}) n, generate_series(1, 2) half`,
  )
  const results = await duel(replaces('a', 1, 2), replaces('b', 2, 1))
  assert.deepEqual(rounds(results), always('foreign_key_violation,replaced'))
})

test('each renames a parent and gives the other a child', async () => {
  const renames =
    (side: string, own: number, other: number) =>
    (round: number): Command => ({
      name: 'rename',
      run: async (tx) => {
        await tx.require(parents, `p${own}`)
        tx.update(parents, `p${own}`, { label: `${round} ${side}` })
        tx.insert(children, { id: `${round} ${side}`, parent: `p${other}` })
        return 'renamed'
      },
    })
  const results = await duel(renames('a', 1, 2), renames('b', 2, 1))
  assert.deepEqual(rounds(results), always('renamed,renamed'))
})

test('each removes a parent, and a child of the parent that the other removes', async () => {
  const removes =
    (own: number, other: number) =>
    (round: number): Command => ({
      name: 'remove',
      run: async (tx) => {
        tx.delete(children, `${round} c${other}`)
        tx.delete(parents, `${round} ${own}`)
        return 'removed'
      },
    })
  await database.client.query(
    `insert into parents select n || ' ' || half, null, 0 from generate_series(0, ${ROUNDS}) n, generate_series(1, 2) half;
     insert into children select n || ' c' || half, n || ' ' || half from generate_series(0, ${ROUNDS}) n, generate_series(1, 2) half`,
  )
  const results = await duel(removes(1, 2), removes(2, 1))
  assert.deepEqual(rounds(results), always('foreign_key_violation,foreign_key_violation'))
})

test('unique values freed and taken crosswise: no move is lost', async () => {
  const done = await storm(COUNT, (seeded) => {
    const seat = `seat${seeded.int(4)}`
    const label = `place${seeded.int(6)}`
    const reads = seeded.chance(0.7)
    return {
      name: reads ? 'move' : 'move blindly',
      run: async (tx) => {
        if (reads) {
          if (await tx.get(seats, { label })) throw new KeelsonError('conflict')
          const { moves } = await tx.require(seats, seat)
          tx.update(seats, seat, { label, moves: moves + 1 })
        } else {
          tx.increment(seats, seat, { moves: 1 })
          tx.update(seats, seat, { label })
        }
        return seat
      },
    }
  })
  assert.ok(done.length > 0)
  for (const { id, moves } of await rowsOf('select id, moves from seats'))
    assert.equal(moves, done.filter((seat) => seat === id).length, String(id))
})

test('rows deleted and their unique values taken by others', async () => {
  const done = (await storm(COUNT, (seeded, at) => {
    const [free, take] = [seeded.int(8), seeded.int(8)]
    const id = `${seeded.int(1e9)} ${at}`
    return {
      name: 'exchange',
      run: async (tx) => {
        const freed = await tx.get(codes, { code: `code${free}` })
        if (freed) tx.delete(codes, freed.id)
        tx.insert(codes, { id, code: `code${take}` })
        return freed ? 0 : 1
      },
    }
  })) as number[]
  assert.equal(
    (await rowsOf('select from codes')).length,
    done.reduce((sum, one) => sum + one, 0),
  )
})

test('parents and children removed and inserted crosswise', async () => {
  const done = (await storm(COUNT, (seeded, at) => {
    const [one, other] = [`p${seeded.int(6)}`, `p${seeded.int(6)}`]
    const kind = seeded.pick(['replace', 'remove', 'put back', 'rename'] as const)
    const id = `${seeded.int(1e9)} ${at}`
    return {
      name: kind,
      run: async (tx) => {
        if (kind === 'replace') {
          tx.delete(parents, one)
          tx.insert(children, { id, parent: other })
          return 1
        }
        if (kind === 'put back') {
          await tx.upsert(parents, { id: one, changes: 0 })
          return 0
        }
        if (kind === 'rename') {
          // The server locks the row as for its end: it would wait for children of others, and they for this row.
          tx.update(parents, one, { label: `${id} new` })
          tx.insert(children, { id, parent: other })
          return 1
        }
        const [first] = await tx.list(children, { where: { parent: one }, limit: 1 })
        if (first) tx.delete(children, first.id)
        tx.delete(parents, other)
        return first ? -1 : 0
      },
    }
  })) as number[]
  assert.equal(
    (await rowsOf('select from children')).length,
    done.reduce((sum, one) => sum + one, 6),
  )
})

test('solo commands in between, which lock rows in an order of their own', async () => {
  const done = await storm(COUNT, (seeded, at) => {
    const [one, other] = [`p${seeded.int(6)}`, `p${seeded.int(6)}`]
    const kind = seeded.pick(['read', 'read', 'change', 'insert', 'solo', 'solo drizzle'] as const)
    return {
      name: kind,
      run: async (tx) => {
        if (kind === 'read') await tx.getMany(parents, [one, other, 'p0', 'p5'])
        else if (kind === 'change') {
          tx.increment(parents, one, { changes: 1 })
          tx.increment(parents, other, { changes: 1 })
        } else if (kind === 'insert') {
          tx.insert(children, { id: `${at} a`, parent: one })
          tx.insert(children, { id: `${at} b`, parent: other })
        } else if (kind === 'solo') {
          await tx.sql`update parents set changes = changes + 1 where id = ${one}`
          await tx.sql`update parents set changes = changes + 1 where id = ${other}`
        } else {
          await tx.drizzle.select().from(children).for('update')
          tx.increment(parents, one, { changes: 1 })
          tx.increment(parents, other, { changes: 1 })
        }
        return kind
      },
    }
  })
  const [sum] = await rowsOf('select sum(changes)::int as changes from parents')
  assert.equal(done.length, COUNT)
  assert.equal(sum!.changes, 2 * done.filter((kind) => kind !== 'read' && kind !== 'insert').length)
})
