/** A list of orders with their lines: one statement for each order, or one for all of them. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import Fastify from 'fastify'
import type pg from 'pg'
import { createDatabase, recordStatements } from '../support/database.js'

interface Order {
  id: number
}
interface Line {
  order_id: number
  sku: string
}

const SCHEMA = `
  create table orders (id int primary key);
  create table order_lines (order_id int not null references orders, sku text not null, primary key (order_id, sku));
  insert into orders select generate_series(1, 60);
  insert into order_lines select id, sku from orders, unnest(array['a', 'b']) sku;`

function naive(pool: pg.Pool) {
  const app = Fastify()
  app.get<{ Querystring: { limit: number } }>('/orders', async ({ query }) => {
    const orders = await pool.query<Order>('select id from orders order by id limit $1', [query.limit])
    const answer = []
    for (const { id } of orders.rows) {
      const lines = await pool.query<Line>('select sku from order_lines where order_id = $1 order by sku', [
        id,
      ])
      answer.push({ id, skus: lines.rows.map(({ sku }) => sku) })
    }
    return answer
  })
  return app
}

function mended(pool: pg.Pool) {
  const app = Fastify()
  app.get<{ Querystring: { limit: number } }>('/orders', async ({ query }) => {
    const orders = await pool.query<Order>('select id from orders order by id limit $1', [query.limit])
    const lines = await pool.query<Line>(
      'select order_id, sku from order_lines where order_id = any($1) order by order_id, sku',
      [orders.rows.map(({ id }) => id)],
    )
    const skusOf = new Map<number, string[]>(orders.rows.map(({ id }) => [id, []]))
    for (const { order_id: id, sku } of lines.rows) skusOf.get(id)?.push(sku)
    return [...skusOf].map(([id, skus]) => ({ id, skus }))
  })
  return app
}

test('the naive list sends one statement more for every row, the mended one two whatever its length', async (t) => {
  const database = await createDatabase(t, SCHEMA)
  const measure = async (service: typeof naive, limit: number) => {
    const pool = database.pool()
    const statements = recordStatements(pool)
    const answer = await service(pool).inject(`/orders?limit=${limit}`)
    assert.equal(answer.json<unknown[]>().length, limit)
    return { statements: statements.length, body: answer.body }
  }

  const few = [await measure(naive, 10), await measure(mended, 10)] as const
  const many = [await measure(naive, 60), await measure(mended, 60)] as const

  assert.deepEqual([few[0].statements, many[0].statements], [11, 61])
  assert.deepEqual([few[1].statements, many[1].statements], [2, 2])
  assert.equal(many[0].body, many[1].body)
})
