/** A customer is deleted: the foreign key takes years of invoices along in one transaction, or refuses, and batches do it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import Fastify from 'fastify'
import type pg from 'pg'
import { createDatabase, valueOf, type Database } from '../support/database.js'

/** Invoices of one customer, and a trigger that notes how many rows left in which transaction. */
const schema = (onDelete: string) => `
  create table customers (id int primary key, closed_at timestamptz);
  create table invoices (
    id int primary key, customer_id int not null references customers on delete ${onDelete}, paid boolean not null);
  create index on invoices (customer_id);
  insert into customers values (1);
  insert into invoices select n, 1, n % 10 = 0 from generate_series(1, 3000) n;
  create table departures (txid bigint not null, rows int not null);
  create function note_departures() returns trigger language plpgsql as $$
  begin
    insert into departures select txid_current(), count(*) from gone;
    return null;
  end $$;
  create trigger note after delete on invoices
    referencing old table as gone for each statement execute function note_departures();`

function naive(pool: pg.Pool) {
  const app = Fastify()
  // invoices.customer_id … references customers on delete cascade
  app.delete<{ Params: { id: string } }>('/customers/:id', async ({ params: { id } }, reply) => {
    await pool.query('delete from customers where id = $1', [id])
    return reply.code(204).send()
  })
  return app
}

const BATCH = 500

/** A background job: at most BATCH rows a transaction, so that no lock is held for long and a crash loses one batch. */
async function removeDrafts(pool: pg.Pool, customerId: string): Promise<void> {
  let removed: number | null
  do {
    const batch = await pool.query(
      `delete from invoices where id = any(array(
         select id from invoices where customer_id = $1 and not paid
         order by id limit $2 for update skip locked))`,
      [customerId, BATCH],
    )
    removed = batch.rowCount
  } while (removed === BATCH)
}

function mended(pool: pg.Pool, enqueue: (job: () => Promise<void>) => void) {
  const app = Fastify()
  // invoices.customer_id … references customers on delete restrict
  app.delete<{ Params: { id: string } }>('/customers/:id', async ({ params: { id } }, reply) => {
    await pool.query('update customers set closed_at = now() where id = $1', [id])
    enqueue(() => removeDrafts(pool, id))
    return reply.code(202).send()
  })
  return app
}

const largestOf = (database: Database) =>
  valueOf<number>(
    database.observer,
    'select max(total)::int from (select sum(rows) as total from departures group by txid) t',
  )

const paidOf = (database: Database) =>
  valueOf<number>(database.observer, 'select count(*)::int from invoices where paid')

test('the naive delete of one row removes three thousand in one transaction, paid invoices among them', async (t) => {
  const database = await createDatabase(t, schema('cascade'))
  const answer = await naive(database.pool()).inject({ method: 'DELETE', url: '/customers/1' })
  assert.equal(answer.statusCode, 204)
  assert.equal(await largestOf(database), 3000)
  assert.equal(await paidOf(database), 0)
})

test('the mended delete closes the customer and removes drafts in batches; what was paid stays', async (t) => {
  const database = await createDatabase(t, schema('restrict'))
  const jobs: (() => Promise<void>)[] = []
  const app = mended(database.pool(), (job) => jobs.push(job))
  assert.equal((await app.inject({ method: 'DELETE', url: '/customers/1' })).statusCode, 202)
  for (const job of jobs) await job()

  assert.equal(await largestOf(database), BATCH)
  assert.equal(await valueOf(database.observer, 'select sum(rows)::int from departures'), 2700)
  assert.equal(await paidOf(database), 300)
  await assert.rejects(database.observer.query('delete from customers'), { code: /^23(001|503)$/ })
})
