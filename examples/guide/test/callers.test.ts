import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { app, createServer, module, type Server } from 'keelson'
import sessions, { sessionOf } from '../src/callers/sessions.js'
import * as discounts from '../src/callers/discounts.js'
import * as operations from '../src/callers/orders.js'
import * as tables from '../src/modules/orders/tables.js'
import { createChapterDatabase, type ChapterDatabase } from './database.js'

const MIGRATIONS = new URL('../../migrations', import.meta.url)
const CUSTOMER = '019a8a1e-5b7e-7cc3-98f5-0123456789ab'
const PATH = `/customers/${CUSTOMER}/orders`

let database: ChapterDatabase
let byKey: Server
let bySession: Server
before(async () => {
  database = await createChapterDatabase('callers')
  byKey = await createServer(
    app({
      name: 'guide-callers',
      modules: [module('orders', { ...tables, ...operations, ...discounts })],
      migrations: MIGRATIONS,
    }),
    { databaseUrl: database.url },
  )
  bySession = await createServer(sessions, { databaseUrl: database.url })
})
after(async () => {
  await byKey.close()
  await bySession.close()
  await database.drop()
})

const statusFor = async (owner: string, scopes: readonly string[]): Promise<number> => {
  const { key } = await byKey.keys.create({ owner, scopes })
  return (await byKey.inject({ url: PATH, headers: { authorization: `Bearer ${key}` } })).statusCode
}

test('customers see their own orders, the staff all, for others there is nothing', async () => {
  assert.equal(await statusFor(CUSTOMER, []), 200)
  assert.equal(await statusFor('staff', ['orders:read']), 200)
  assert.equal(await statusFor('stranger', ['orders:write']), 404)
  assert.equal((await byKey.inject(PATH)).statusCode, 401)
})

test('rules combine, and a scope may be asked for in the handler', async () => {
  const discount = async (scopes: readonly string[], percent: number): Promise<[number, unknown]> => {
    const { key } = await byKey.keys.create({ owner: 'staff', scopes })
    const answer = await byKey.inject({
      method: 'POST',
      url: `/orders/${CUSTOMER}/discount`,
      headers: { authorization: `Bearer ${key}` },
      payload: { percent },
    })
    return [answer.statusCode, (JSON.parse(answer.body) as { scope?: string }).scope]
  }
  assert.deepEqual(await discount([], 10), [403, 'orders:write'])
  assert.deepEqual(await discount(['orders:write', 'suspended'], 10), [403, undefined])
  // Let in: there is no such order.
  assert.deepEqual(await discount(['orders:write'], 10), [404, undefined])
  assert.deepEqual(await discount(['orders:write'], 30), [403, 'discounts:large'])
  assert.deepEqual(await discount(['orders:write', 'discounts:large'], 30), [404, undefined])
})

test('an application tells its callers itself', async () => {
  const get = (authorization?: string) =>
    bySession.inject({ url: PATH, headers: authorization === undefined ? {} : { authorization } })
  assert.equal((await get(`Session ${sessionOf(CUSTOMER)}`)).statusCode, 200)
  assert.equal((await get(`Session ${sessionOf('another')}`)).statusCode, 404)
  const forged = await get(`Session ${CUSTOMER}.${sessionOf('another').split('.')[1]!}`)
  assert.deepEqual([forged.statusCode, forged.headers['www-authenticate']], [401, 'Session realm="shop"'])
  assert.equal((await get()).statusCode, 401)
})
