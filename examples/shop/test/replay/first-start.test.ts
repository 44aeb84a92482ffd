import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { SeedContext } from 'keelson'
import firstStart from '../../src/replay/first-start.js'
import { readNorthwind } from '../../src/replay/northwind.js'
import { shopClient } from '../../src/replay/shop-client.js'
import { verify } from '../../src/replay/verify.js'
import { openShop, type TestShop } from '../support/shop.js'

const developer = { id: '00000000-0000-7000-8000-000000000001', scopes: ['*'] }

let shop: TestShop
let url: string

before(async () => {
  shop = await openShop()
  url = await shop.server.listen({ host: '127.0.0.1', port: 0 })
})
after(() => shop.close())

const contextOf = (signal: AbortSignal, messages: string[] = []): SeedContext => ({
  url,
  key: shop.keys.admin,
  execute: (operation, input) => shop.server.execute(operation, input, { as: developer }),
  progress: (message) => messages.push(message),
  signal,
})

test('an interrupted first start is taken up where it ended, and ends right', async () => {
  const interruption = new AbortController()
  const context = contextOf(interruption.signal)
  const interrupted = firstStart({
    ...context,
    progress(message) {
      if (message.includes(': 100 of')) interruption.abort()
    },
  })
  await assert.rejects(interrupted, { name: 'AbortError' })

  const messages: string[] = []
  await firstStart(contextOf(new AbortController().signal, messages))
  const first = Number(/of (\d+)$/.exec(messages[0] ?? '')?.[1])
  assert.ok(first <= 730, `only what was missing is sent: ${first}`)

  const client = shopClient({ url, key: shop.keys.admin })
  assert.equal((await verify(client, await readNorthwind(), 8)).agrees, true)
})

test('a full shop is left alone, also when it has sold since', async () => {
  const order = await shop.post('/orders', { as: 'alice', body: { lines: [{ sku: '1', quantity: 1 }] } })
  assert.equal(order.status, 201)
  const messages: string[] = []
  await firstStart({ ...contextOf(AbortSignal.abort(), messages), key: 'needs none' })
  assert.deepEqual(messages, [])
})
