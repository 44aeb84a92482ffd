/** A list without an end: the answer grows with the table, or a page does not. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import Fastify from 'fastify'
import type pg from 'pg'
import { createDatabase } from '../support/database.js'

const SCHEMA = `
  create table events (id bigint primary key, name text not null);
  insert into events select n, 'event ' || n from generate_series(1, 500) n;`

interface Event {
  id: string
  name: string
}
interface Page {
  items: Event[]
  next: string | null
}

function naive(pool: pg.Pool) {
  const app = Fastify()
  app.get('/events', async () => {
    const { rows } = await pool.query<Event>('select id, name from events order by id')
    return rows
  })
  return app
}

const LIMIT_MAX = 100
const pageInput = {
  type: 'object',
  properties: {
    limit: { type: 'integer', minimum: 1, maximum: LIMIT_MAX, default: 50 },
    after: { type: 'string', pattern: '^[0-9]{1,18}$', default: '0' },
  },
}

function mended(pool: pg.Pool) {
  const app = Fastify()
  app.get<{ Querystring: { limit: number; after: string } }>(
    '/events',
    { schema: { querystring: pageInput } },
    async ({ query: { limit, after } }): Promise<Page> => {
      // One row more than the page tells whether there is another.
      const { rows } = await pool.query<Event>(
        'select id, name from events where id > $1 order by id limit $2',
        [after, limit + 1],
      )
      const items = rows.slice(0, limit)
      return { items, next: rows.length > limit ? (items.at(-1)?.id ?? null) : null }
    },
  )
  return app
}

test('the naive list reads the whole table, and twice as much when the table is twice as long', async (t) => {
  const database = await createDatabase(t, SCHEMA)
  const app = naive(database.pool())
  assert.equal((await app.inject('/events')).json<Event[]>().length, 500)
  await database.observer.query("insert into events select n, 'event' from generate_series(501, 1000) n")
  assert.equal((await app.inject('/events')).json<Event[]>().length, 1000)
})

test('the mended list reads a page whatever is asked for, and its pages hold every row once', async (t) => {
  const database = await createDatabase(t, SCHEMA)
  const app = mended(database.pool())
  assert.equal((await app.inject('/events')).json<Page>().items.length, 50)
  assert.equal((await app.inject(`/events?limit=${LIMIT_MAX + 1}`)).statusCode, 400)

  const seen: string[] = []
  let after: string | null = '0'
  while (after !== null) {
    const page: Page = (await app.inject(`/events?limit=${LIMIT_MAX}&after=${after}`)).json<Page>()
    assert.ok(page.items.length <= LIMIT_MAX)
    seen.push(...page.items.map(({ id }) => id))
    after = page.next
  }
  assert.deepEqual(
    seen,
    Array.from({ length: 500 }, (_, index) => `${index + 1}`),
  )
})
