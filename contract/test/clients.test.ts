/** Clients generated from the shop's document compile under `strict`, and place and read orders in the running shop. */
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { compileStrictly, generateFunctions, generateTypes } from '../src/clients.js'
import { startShop, type Service } from '../src/service.js'

/** Within the workspace, so that the clients find openapi-fetch. */
const DIST = fileURLToPath(new URL('..', import.meta.url))

let shop: Service
let folder: string

before(async () => {
  shop = await startShop(process.env.KEELSON_TEST_DATABASE_URL!)
  folder = mkdtempSync(join(DIST, 'clients-'))
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
})
after(async () => {
  rmSync(folder, { recursive: true, force: true })
  await shop.close()
})

interface Story {
  readonly put: unknown
  readonly placed: { readonly id: string; readonly total: number }
  readonly refused: { readonly code: string; readonly sku?: string }
  readonly orders: readonly { readonly id: string }[]
  readonly anonymous: number
}

/** What both clients do: an item is put, an order placed, one refused, the orders listed. */
async function check(script: string, name: string): Promise<void> {
  const own = join(folder, name)
  writeFileSync(join(own, 'story.ts'), script)
  assert.equal(compileStrictly(own), '')
  const { story } = (await import(pathToFileURL(join(own, 'dist', 'story.js')).href)) as {
    story: (url: string, key: string, sku: string) => Promise<Story>
  }
  const told = await story(shop.url, shop.key, `tea-${name}`)
  assert.equal(told.placed.total, 700)
  assert.equal(told.refused.code, 'out_of_stock')
  assert.equal(told.refused.sku, `tea-${name}`)
  assert.equal(told.orders[0]!.id, told.placed.id)
  assert.equal(told.anonymous, 401)
}

test('openapi-typescript with openapi-fetch', async () => {
  const own = join(folder, 'fetch')
  mkdirSync(own)
  await generateTypes(shop.server.openapi, own)
  await check(
    `import createClient from 'openapi-fetch'
import type { components, paths } from './schema.js'

type Problem = components['schemas']['Problem']

export async function story(baseUrl: string, key: string, sku: string) {
  const client = createClient<paths>({ baseUrl, headers: { Authorization: \`Bearer \${key}\` } })
  const item = { name: 'Tea', category: 'drinks', price: 350, stock: 3 }
  const put = await client.PUT('/v1/items/{sku}', { params: { path: { sku } }, body: item })
  const lines = [{ sku, quantity: 2 }]
  const idempotency = { header: { 'Idempotency-Key': crypto.randomUUID() } }
  const placed = await client.POST('/v1/orders', { params: idempotency, body: { lines } })
  if (placed.data === undefined) throw new Error(placed.error.title)
  const id: string = placed.data.id
  const total: number = placed.data.total
  const refused = await client.POST('/v1/orders', { body: { lines } })
  const error: Problem & { sku?: string } = refused.error!
  const orders = await client.GET('/v1/orders', { params: { query: { limit: 5, sku } } })
  // @ts-expect-error -- a limit is a number
  void client.GET('/v1/orders', { params: { query: { limit: 'many' } } }).catch(() => undefined)
  const anonymous = await createClient<paths>({ baseUrl }).GET('/v1/orders')
  return { put: put.data, placed: { id, total }, refused: error, orders: orders.data!.items, anonymous: anonymous.response.status }
}
`,
    'fetch',
  )
})

test('@hey-api/openapi-ts', async () => {
  await generateFunctions(shop.server.openapi, join(folder, 'functions', 'client'))
  await check(
    `import { client } from './client/client.gen.js'
import { cataloguePut, ordersMine, ordersPlace } from './client/index.js'

export async function story(baseUrl: string, key: string, sku: string) {
  client.setConfig({ baseUrl, auth: key })
  const put = await cataloguePut({ path: { sku }, body: { name: 'Tea', category: 'drinks', price: 350, stock: 3 } })
  const lines = [{ sku, quantity: 2 }]
  const placed = await ordersPlace({ body: { lines }, headers: { 'Idempotency-Key': crypto.randomUUID() }, throwOnError: true })
  const id: string = placed.data.id
  const total: number = placed.data.total
  const refused = await ordersPlace({ body: { lines } })
  const error: { code: string; sku?: string } = refused.error!
  const orders = await ordersMine({ query: { limit: 5, sku }, throwOnError: true })
  // @ts-expect-error -- a limit is a number
  void ordersMine({ query: { limit: 'many' } })
  const anonymous = await ordersMine({ auth: undefined })
  return { put: put.data, placed: { id, total }, refused: error, orders: orders.data.items, anonymous: anonymous.response!.status }
}
`,
    'functions',
  )
})
