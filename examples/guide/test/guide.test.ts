import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { createServer, type Server } from 'keelson'
import pg from 'pg'
import app from '../src/app.js'
import { myOrders, placeOrder } from '../src/modules/orders/orders.js'

const DOCS = new URL('../../../../docs/', import.meta.url)
const CHAPTERS = new URL('guide/', DOCS)
/** The sources, seen from dist/test. */
const SOURCES = new URL('../../src/', import.meta.url)
const NAME = `keelson_guide_${process.pid}`
const caller = { id: '019a8a1e-5b7e-7cc3-98f5-0123456789ab', scopes: [] }

let admin: pg.Client
let server: Server

before(async () => {
  const url = new URL(process.env.KEELSON_TEST_DATABASE_URL!)
  admin = new pg.Client({ connectionString: url.href })
  await admin.connect()
  await admin.query(`create database ${NAME}`)
  url.pathname = NAME
  server = await createServer(app, { databaseUrl: url.href })
})

after(async () => {
  await server.close()
  await admin.query(`drop database ${NAME} with (force)`)
  await admin.end()
})

/** The guide's first page, and its chapters. */
function pages(): URL[] {
  const chapters = existsSync(CHAPTERS) ? readdirSync(CHAPTERS).filter((name) => name.endsWith('.md')) : []
  return [new URL('guide.md', DOCS), ...chapters.map((name) => new URL(name, CHAPTERS))]
}

test('each block of the guide that names a file is that file', () => {
  const blocks = pages().flatMap((page) => [
    ...readFileSync(page, 'utf8').matchAll(/```ts\n\/\/ (\S+\.ts)\n([\s\S]*?)```/g),
  ])
  assert.ok(blocks.length >= 3)
  for (const [, file, text] of blocks) assert.equal(text, readFileSync(new URL(file!, SOURCES), 'utf8'), file)
})

test('the guide runs: an order is placed, refused, and listed', async () => {
  const order = await server.execute(placeOrder, { lines: [{ sku: 'tea', quantity: 2 }] }, { as: caller })
  assert.equal(order.total, 700)
  await assert.rejects(server.execute(placeOrder, { lines: [{ sku: 'tea', quantity: 1 }] }, { as: caller }), {
    code: 'out_of_stock',
    status: 409,
  })
  await assert.rejects(
    server.execute(placeOrder, { lines: [{ sku: 'none', quantity: 1 }] }, { as: caller }),
    { code: 'unknown_item', status: 422 },
  )
  const page = await server.execute(myOrders, { limit: 10 }, { as: caller })
  assert.deepEqual(
    page.items.map(({ id }) => id),
    [order.id],
  )
})
