/**
 * No two groups wait for each other: two engines with pools of their own do crosswise what groups may, and the server
 * counts no deadlock. The results are those of one after the other. Every row takes the server a while to write, so that
 * flushes meet: without the locks of `write-locks.ts` and of visitors each of these tests ends in deadlocks.
 */
import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { customType, integer, pgTable, text } from 'drizzle-orm/pg-core'
import { KeelsonError } from '../../src/errors.js'
import type { Transaction } from '../../src/engine/transaction.js'
import { createTestDatabase, GROUPS, type TestDatabase } from '../support/database.js'
import { startEngine } from '../support/engine.js'
import { Seeded } from '../support/seeded.js'

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

const COUNT = 200

let database: TestDatabase
const seed = Number(process.env.KEELSON_SEED ?? Math.floor(Math.random() * 1e9))

before(async () => {
  console.log(`KEELSON_SEED=${seed}`)
  database = await createTestDatabase(`${GROUPS}
    create extension citext;
    create function slow(text) returns boolean language plpgsql as $$ begin perform pg_sleep(0.003); return true; end $$;
    create table codes (id text primary key, code text unique, check (slow(id)));
    create table names (id text primary key, name citext unique, check (slow(id)));
    create table seats (id text primary key, label text not null unique, moves int not null, check (slow(id)));
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
  run(tx: Transaction): Promise<unknown>
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
  assert.equal((await deadlocks()) - before, 0, 'deadlocks')
  return settled.flatMap((result) => {
    if (result.status === 'fulfilled') return [result.value]
    const error: unknown = result.reason
    assert.ok(error instanceof KeelsonError, String(error))
    assert.match(
      error.code,
      /^(unique_violation|foreign_key_violation|exclusion_violation|not_found|conflict)$/,
    )
    return []
  })
}

/** Two numbers that the command shares with its neighbour on the other engine, which has them the other way round. */
const crosswise = (at: number): [number, number] => (at % 2 === 0 ? [at, at + 1] : [at, at - 1])

const rowsOf = async (query: string): Promise<Record<string, unknown>[]> =>
  (await database.client.query<Record<string, unknown>>(query)).rows

test('the same unique values inserted crosswise: each is taken once', async () => {
  const done = await storm(COUNT, (seeded, at) => {
    const values = crosswise(at)
    const ids = [`${seeded.int(1e9)} a`, `${seeded.int(1e9)} b`].toSorted()
    return {
      name: 'insert',
      run: async (tx) => {
        for (const [place, value] of values.entries())
          tx.insert(codes, { id: ids[place]!, code: `code${value}` })
        return values
      },
    }
  })
  assert.ok(done.length > 0)
  const taken = await rowsOf('select code from codes')
  assert.deepEqual(
    taken.map(({ code }) => code).toSorted(),
    done
      .flat()
      .map((value) => `code${value as number}`)
      .toSorted(),
  )
})

test('values equal by more than their texts, inserted crosswise', async () => {
  const done = await storm(COUNT, (seeded, at) => {
    const values = crosswise(at)
    const letter = at % 2 === 0 ? 'n' : 'N'
    const ids = [`${seeded.int(1e9)} a`, `${seeded.int(1e9)} b`].toSorted()
    return {
      name: 'insert',
      run: async (tx) => {
        for (const [place, value] of values.entries())
          tx.insert(names, { id: ids[place]!, name: `${letter}${value}` })
        return values
      },
    }
  })
  assert.equal((await rowsOf('select from names')).length, done.flat().length)
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

test('unique values exchanged by two who do not know of each other', async () => {
  await database.client.query(`insert into codes select 'row' || n, 'code' || n from generate_series(0, ${COUNT}) n`)
  const done = await storm(COUNT, (_, at) => {
    const [own, other] = crosswise(at)
    return {
      name: 'exchange',
      run: async (tx) => {
        await tx.require(codes, `row${own}`)
        tx.update(codes, `row${own}`, { code: `code${other}` })
      },
    }
  })
  assert.deepEqual(done, [])
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

test('spans that exclude each other, inserted crosswise', async () => {
  const done = await storm(COUNT, (seeded, at) => {
    const starts = [seeded.int(60), seeded.int(60)]
    const ids = [seeded.int(1e9), seeded.int(1e9)]
    return {
      name: 'book',
      run: async (tx) => {
        for (const [place, start] of starts.entries())
          tx.insert(bookings, { id: `${ids[place]} ${at}`, during: `[${start},${start + 3})` })
        return starts
      },
    }
  })
  assert.ok(done.length > 0)
  assert.equal((await rowsOf('select from bookings')).length, done.flat().length)
})

test('unique values that are checked at the end, freed and taken crosswise', async () => {
  await storm(COUNT, (seeded, at) => {
    const [ticket, place] = [`ticket${seeded.int(4)}`, seeded.int(6)]
    const kind = seeded.pick(['move', 'insert', 'delete'] as const)
    return {
      name: kind,
      run: async (tx) => {
        if (kind === 'move') tx.update(tickets, ticket, { place })
        else if (kind === 'delete') tx.delete(tickets, ticket)
        else tx.insert(tickets, { id: seeded.chance(0.5) ? ticket : `${at}`, place })
      },
    }
  })
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
