/** A report is compressed in the handler, or by a job beside it. Observed: the turns of the event loop that others get meanwhile. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { gunzipSync, gzip, gzipSync } from 'node:zlib'
import Fastify from 'fastify'
import type pg from 'pg'
import { createDatabase } from '../support/database.js'

const SCHEMA = `
  create table sales (id int primary key, sku text not null);
  insert into sales select n, md5(n::text) from generate_series(1, 20000) n;
  create table reports (id int generated always as identity primary key, content bytea);`

/** Tells when the heavy part of the work begins and ends. */
type Watch = (moment: 'begin' | 'end') => void

async function readCsv(pool: pg.Pool): Promise<string> {
  const { rows } = await pool.query<{ csv: string }>(
    "select string_agg(id || ',' || sku, e'\\n' order by id) as csv from sales",
  )
  return rows[0]?.csv ?? ''
}

function naive(pool: pg.Pool, watch: Watch) {
  const app = Fastify()
  app.post('/reports', async (_request, reply) => {
    const csv = await readCsv(pool)
    watch('begin')
    const content = gzipSync(csv)
    watch('end')
    return reply.code(201).type('application/gzip').send(content)
  })
  return app
}

function mended(pool: pg.Pool) {
  const app = Fastify()
  app.post('/reports', async (_request, reply) => {
    const { rows } = await pool.query<{ id: number }>('insert into reports default values returning id')
    return reply.code(202).header('location', `/reports/${rows[0]?.id}`).send()
  })
  app.get<{ Params: { id: string } }>('/reports/:id', async ({ params: { id } }, reply) => {
    const { rows } = await pool.query<{ content: Buffer | null }>(
      'select content from reports where id = $1',
      [id],
    )
    if (rows[0] === undefined) return reply.code(404).send()
    if (rows[0].content === null) return reply.code(202).header('retry-after', '2').send()
    return reply.type('application/gzip').send(rows[0].content)
  })
  return app
}

/** One round of the worker: in a process of its own, or at least off the event loop (zlib works in libuv's threads). */
async function makeReport(pool: pg.Pool, watch: Watch): Promise<void> {
  const csv = await readCsv(pool)
  watch('begin')
  const content = await promisify(gzip)(csv)
  watch('end')
  await pool.query('update reports set content = $1 where content is null', [content])
}

/** Counts the turns that the event loop makes between `begin` and `end`: every other request waits for one. */
function countTurns() {
  let turns = 0
  let isCounting = true
  const count = () => {
    turns += 1
    if (isCounting) setImmediate(count)
  }
  setImmediate(count)
  const at = { begin: 0, end: 0 }
  return {
    watch: (moment: 'begin' | 'end') => void (at[moment] = turns),
    stop: () => {
      isCounting = false
      return at.end - at.begin
    },
  }
}

test('while the naive handler compresses, the event loop makes no turn: nobody else is served', async (t) => {
  const database = await createDatabase(t, SCHEMA)
  const turns = countTurns()
  const app = naive(database.pool(), turns.watch)
  const answer = await app.inject({ method: 'POST', url: '/reports' })
  assert.equal(turns.stop(), 0)
  assert.match(gunzipSync(answer.rawPayload).toString(), /^1,/)
})

test('while the mended service compresses, the event loop goes on turning', async (t) => {
  const database = await createDatabase(t, SCHEMA)
  const pool = database.pool()
  const app = mended(pool)
  const accepted = await app.inject({ method: 'POST', url: '/reports' })
  assert.equal(accepted.statusCode, 202)
  const location = String(accepted.headers.location)
  assert.equal((await app.inject(location)).statusCode, 202)

  const turns = countTurns()
  await makeReport(pool, turns.watch)
  assert.ok(turns.stop() > 0)
  const ready = await app.inject(location)
  assert.equal(ready.statusCode, 200)
  assert.match(gunzipSync(ready.rawPayload).toString(), /^1,/)
})
