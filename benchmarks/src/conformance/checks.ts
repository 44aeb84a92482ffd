/**
 * The contract that every contender must keep before it may race. Each check has items of its own and throws where the
 * contract is broken.
 */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { skuOf } from '../database/catalogue.js'
import { itemIn, orderIn, type Reply, type ShopFace } from './shop-face.js'

export interface Check {
  readonly name: string
  run(shop: ShopFace): Promise<void>
}

const sku = {
  plain: skuOf(1),
  other: skuOf(2),
  replayed: skuOf(3),
  contended: skuOf(4),
  last: skuOf(5),
  short: skuOf(6),
}

/** What is left of these when the checks begin. */
export const SCARCE: Readonly<Record<string, number>> = { [sku.last]: 10, [sku.short]: 3 }

const MISSING = 'no-such-item'
const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/
const UUID_V7 = /^[\da-f]{8}-[\da-f]{4}-7[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/

const stockOf = async (shop: ShopFace, item: string): Promise<number> => itemIn(await shop.get(item)).stock

const statuses = (replies: readonly Reply[], status: number): number =>
  replies.filter((reply) => reply.status === status).length

export const CHECKS: readonly Check[] = [
  {
    name: 'an item is read with its five fields; an unknown one is 404',
    async run(shop) {
      const reply = await shop.get(sku.plain)
      assert.equal(reply.status, 200)
      const { stock, ...rest } = itemIn(reply)
      assert.ok(Number.isInteger(stock))
      assert.deepEqual(rest, { sku: sku.plain, name: 'Item number 1', category: 'category-1', price: 101 })
      assert.equal((await shop.get(MISSING)).status, 404)
    },
  },
  {
    name: 'an order of two lines has the right prices and totals, and takes the stock',
    async run(shop) {
      const before = [await stockOf(shop, sku.plain), await stockOf(shop, sku.other)] as const
      const lines = [
        { sku: sku.other, quantity: 2 },
        { sku: sku.plain, quantity: 3 },
      ]
      const reply = await shop.order(lines)
      assert.equal(reply.status, 201, reply.text)
      const { id, placedAt, ...rest } = orderIn(reply)
      assert.match(id, UUID_V7)
      assert.match(placedAt, ISO)
      assert.deepEqual(rest, {
        status: 'placed',
        total: 507,
        lines: [
          { sku: sku.other, quantity: 2, unitPrice: 102, total: 204 },
          { sku: sku.plain, quantity: 3, unitPrice: 101, total: 303 },
        ],
      })
      assert.ok(reply.location?.endsWith(`/v1/orders/${id}`))
      assert.deepEqual(
        [await stockOf(shop, sku.plain), await stockOf(shop, sku.other)],
        [before[0] - 3, before[1] - 2],
      )
    },
  },
  {
    name: 'a key sent again gives the same bytes and no second order; with another request it is 422',
    async run(shop) {
      const key = randomUUID()
      const first = await shop.order([{ sku: sku.replayed, quantity: 1 }], key)
      assert.equal(first.status, 201, first.text)
      const left = await stockOf(shop, sku.replayed)
      assert.deepEqual(await shop.order([{ sku: sku.replayed, quantity: 1 }], key), first)
      assert.equal((await shop.order([{ sku: sku.replayed, quantity: 2 }], key)).status, 422)
      assert.equal(await stockOf(shop, sku.replayed), left)
    },
  },
  {
    name: 'a key sent twenty times at once gives one order, and the same bytes to all',
    async run(shop) {
      const key = randomUUID()
      const left = await stockOf(shop, sku.contended)
      const send = (): Promise<Reply> => shop.order([{ sku: sku.contended, quantity: 1 }], key)
      const replies = await Promise.all(Array.from({ length: 20 }, send))
      // While the first is under way the others may be told so.
      const answered = replies.filter((reply) => reply.status !== 409)
      const later = await send()
      assert.equal(later.status, 201, later.text)
      for (const reply of answered) assert.deepEqual(reply, later)
      assert.equal(await stockOf(shop, sku.contended), left - 1)
    },
  },
  {
    name: 'of fifty orders at once for the last ten, ten succeed and none more',
    async run(shop) {
      const one = (): Promise<Reply> => shop.order([{ sku: sku.last, quantity: 1 }])
      const replies = await Promise.all(Array.from({ length: 50 }, one))
      assert.deepEqual([statuses(replies, 201), statuses(replies, 409)], [10, 40])
      assert.equal(await stockOf(shop, sku.last), 0)
    },
  },
  {
    name: 'an order is placed whole or not at all, and its refusal is replayed',
    async run(shop) {
      const left = await stockOf(shop, sku.plain)
      const key = randomUUID()
      const lines = [
        { sku: sku.plain, quantity: 1 },
        { sku: sku.short, quantity: 4 },
      ]
      const refused = await shop.order(lines, key)
      assert.equal(refused.status, 409, refused.text)
      const again = await shop.order(lines, key)
      assert.deepEqual([again.status, again.text], [refused.status, refused.text])
      assert.equal(
        (
          await shop.order([
            { sku: sku.plain, quantity: 1 },
            { sku: MISSING, quantity: 1 },
          ])
        ).status,
        422,
      )
      assert.deepEqual([await stockOf(shop, sku.plain), await stockOf(shop, sku.short)], [left, 3])
    },
  },
  {
    name: 'crosswise orders of two items all succeed',
    async run(shop) {
      const lines = [
        { sku: sku.plain, quantity: 1 },
        { sku: sku.other, quantity: 1 },
      ]
      const both = Array.from({ length: 40 }, (_, index) =>
        shop.order(index % 2 === 0 ? lines : lines.toReversed()),
      )
      assert.equal(statuses(await Promise.all(both), 201), 40)
    },
  },
  {
    name: 'nobody orders without a key, nor nonsense with one',
    async run(shop) {
      assert.equal((await shop.orderAnonymously([{ sku: sku.plain, quantity: 1 }])).status, 401)
      for (const quantity of [0, -1, 1.5]) {
        const { status } = await shop.order([{ sku: sku.plain, quantity }])
        assert.ok(status === 400 || status === 422, `quantity ${quantity} got ${status}`)
      }
    },
  },
]
