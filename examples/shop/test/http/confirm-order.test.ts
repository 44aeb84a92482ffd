import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { openShop, type TestShop } from '../support/shop.js'

let shop: TestShop
let folder: string
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shop-mail-'))
  process.env['SHOP_MAIL_FOLDER'] = folder
  shop = await openShop()
  await shop.stock('tea', 10, 350)
})
after(async () => {
  await shop.close()
  await rm(folder, { recursive: true })
})

const mails = async (): Promise<string[]> => {
  const names = await readdir(folder)
  return Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')))
}

test('an address that is none is refused', async () => {
  const { status, body } = await shop.post('/orders', {
    as: 'alice',
    body: { lines: [{ sku: 'tea', quantity: 1 }], email: 'nobody' },
  })
  assert.equal(status, 400)
  assert.equal(body.errors[0]!.pointer, '/email')
})

test('whoever gives an address gets a confirmation, once; who gives none gets none', async () => {
  const lines = [{ sku: 'tea', quantity: 2 }]
  assert.equal((await shop.post('/orders', { as: 'alice', body: { lines } })).status, 201)
  const request = {
    as: 'alice',
    body: { lines, email: 'alice@example.com' },
    idempotencyKey: 'once',
  } as const
  const placed = await shop.post('/orders', request)
  assert.equal(placed.status, 201, placed.text)
  assert.equal((await shop.post('/orders', request)).text, placed.text)
  while ((await mails()).length === 0) await pause(10)
  await shop.server.close()
  assert.deepEqual(await mails(), [
    `To: alice@example.com\nSubject: Your order ${placed.body.id}\n\n2 × tea: 7.00\n\nTotal: 7.00\n`,
  ])
})
