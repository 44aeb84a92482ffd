/** A search whose text becomes part of the statement, or stays a value; and a column name, which no parameter can carry. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import Fastify, { type FastifyInstance } from 'fastify'
import type pg from 'pg'
import { createDatabase } from '../support/database.js'

const SCHEMA = `
  create table products (name text not null, price int not null);
  create table users (email text not null, password_hash text not null);
  insert into products values ('anvil', 900), ('broom', 300);
  insert into users values ('ada@example.com', 'scrypt$secret');`

interface Search {
  Querystring: { name: string; sort: string }
}

function naive(pool: pg.Pool) {
  const app = Fastify()
  app.get<Search>('/products', async ({ query: { name, sort } }) => {
    const { rows } = await pool.query<object>(
      `select name, price from products where name like '%${name}%' order by ${sort}`,
    )
    return rows
  })
  return app
}

const SORTS: Record<string, string> = { name: 'name', price: 'price' }

function mended(pool: pg.Pool) {
  const app = Fastify()
  app.get<Search>('/products', async ({ query: { name, sort } }, reply) => {
    const column = Object.hasOwn(SORTS, sort) ? SORTS[sort] : undefined
    if (column === undefined) return reply.code(400).send({ code: 'invalid_input', pointer: '/sort' })
    const { rows } = await pool.query<object>(
      `select name, price from products where strpos(name, $1) > 0 order by ${column}`,
      [name],
    )
    return rows
  })
  return app
}

const search = (app: FastifyInstance, name: string, sort = 'name') =>
  app.inject({ url: '/products', query: { name, sort } })

const STEAL = "zz' union all select email, length(password_hash) from users -- "
const STACKED = 'name; drop table users'

test('the naive search gives away another table, and obeys a second statement', async (t) => {
  const database = await createDatabase(t, SCHEMA)
  const app = naive(database.pool())
  assert.match((await search(app, STEAL)).body, /ada@example\.com/)

  await search(app, 'anvil', STACKED)
  await assert.rejects(database.observer.query('select from users'), { code: '42P01' })
})

test('the mended search finds nothing of that name, and refuses a column that it does not know', async (t) => {
  const database = await createDatabase(t, SCHEMA)
  const app = mended(database.pool())
  assert.deepEqual((await search(app, STEAL)).json(), [])
  assert.equal((await search(app, 'anvil', STACKED)).statusCode, 400)
  assert.equal((await search(app, 'anvil', 'constructor')).statusCode, 400)
  assert.deepEqual((await search(app, 'o', 'price')).json(), [{ name: 'broom', price: 300 }])
  await database.observer.query('select from users')
})
