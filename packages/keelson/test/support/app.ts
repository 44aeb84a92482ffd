/** A small application for the tests of the whole: items that are bought, and operations that misbehave. */
import { integer, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core'
import { desc } from 'drizzle-orm'
import * as z from 'zod'
import { app, type AppOptions } from '../../src/app.js'
import { readConfig } from '../../src/config/config.js'
import type { Server, ServerOptions } from '../../src/composition/server.js'
import { createServer } from '../../src/create-server.js'
import { event } from '../../src/events/event.js'
import { anyone, scope, signedIn } from '../../src/operation/access.js'
import { command } from '../../src/operation/command.js'
import { conflict, unprocessable } from '../../src/operation/declared-errors.js'
import { module } from '../../src/operation/module.js'
import { pageInput, pageOf } from '../../src/operation/page.js'
import { query } from '../../src/operation/query.js'
import { rowSchema } from '../../src/schema/row-schema.js'
import { createLog } from '../../src/telemetry/log.js'

export const SCRIPT = `
create table items (sku text primary key, price integer not null, stock integer not null check (stock >= 0), code text unique);
create table purchases (id uuid primary key, buyer uuid not null, sku text not null references items, quantity integer not null, bought_at timestamptz not null);`

const items = pgTable('items', {
  sku: text().primaryKey(),
  price: integer().notNull(),
  stock: integer().notNull(),
  code: text(),
})
const purchases = pgTable('purchases', {
  id: uuid().primaryKey(),
  buyer: uuid().notNull(),
  sku: text().notNull(),
  quantity: integer().notNull(),
  boughtAt: timestamp('bought_at', { withTimezone: true }).notNull(),
})
const Item = rowSchema(items).omit({ code: true })
const Purchase = rowSchema(purchases)

const Bought = event('item.bought', {
  version: 1,
  key: (e) => e.sku,
  payload: z.object({ id: z.uuid(), sku: z.string() }),
})

const putItem = command('items.put', {
  http: { put: '/items/:sku' },
  input: z.object({
    sku: z.string().min(1),
    price: z.int().min(0),
    stock: z.int().min(0),
    code: z.string().optional(),
  }),
  output: Item,
  allow: scope('items:write'),
  run: ({ input, tx }) => tx.upsert(items, input),
})
export const getItem = query('items.get', {
  http: { get: '/items/:sku' },
  input: z.object({ sku: z.string() }),
  output: Item,
  allow: anyone,
  run: ({ input, db }) => db.require(items, input.sku),
})
export const buy = command('items.buy', {
  http: { post: '/purchases', status: 201, location: (purchase) => `/purchases/${purchase.id}` },
  input: z.object({ sku: z.string(), quantity: z.int().positive().max(100) }),
  output: Purchase,
  allow: signedIn,
  errors: {
    outOfStock: conflict('Not enough stock.', z.object({ sku: z.string(), available: z.int() })),
    unknownItem: unprocessable('No such item.'),
  },
  async run({ input: { sku, quantity }, actor, tx, fail, id, now }) {
    const item = (await tx.get(items, sku)) ?? fail.unknownItem()
    if (item.stock < quantity) fail.outOfStock({ sku, available: item.stock })
    tx.update(items, sku, { stock: item.stock - quantity })
    const purchase = tx.insert(purchases, { id: id(), buyer: actor.id, sku, quantity, boughtAt: now })
    tx.emit(Bought, { id: purchase.id, sku })
    return purchase
  },
})
const myPurchases = query('items.mine', {
  http: { get: '/purchases' },
  input: pageInput({ since: z.date().optional(), exact: z.boolean().optional() }),
  output: pageOf(Purchase),
  allow: signedIn,
  run: ({ input, actor, db }) =>
    db.page(purchases, { where: { buyer: actor.id }, orderBy: desc(purchases.boughtAt), page: input }),
})
/** Buys twice; the second time may fail, and is then forgiven, in vain. */
const buyTwice = command('items.buyTwice', {
  http: { post: '/twice' },
  input: z.object({ sku: z.string(), second: z.int() }),
  allow: anyone,
  async run({ input: { sku, second }, tx }) {
    await tx.call(buy, { sku, quantity: 1 })
    await tx.call(buy, { sku, quantity: second }).catch(() => undefined)
  },
})
const clear = command('items.clear', {
  http: { post: '/items/:sku/clear' },
  input: z.object({ sku: z.string() }),
  allow: signedIn,
  run: ({ input, tx }) => tx.update(items, input.sku, { stock: 0 }),
})
const boom = query('boom', {
  http: { get: '/boom' },
  output: z.object({}),
  allow: anyone,
  run: () => {
    throw new Error('a secret')
  },
})
const leaky = query('leaky', {
  http: { get: '/leaky' },
  output: z.object({ n: z.int() }),
  allow: anyone,
  run: () => ({ n: 1, password: 'a secret' }),
})
const wrong = query('wrong', {
  http: { get: '/wrong' },
  output: z.object({ n: z.int() }),
  allow: anyone,
  run: () => ({ n: 1.5 }),
})
const slow = query('slow', {
  http: { get: '/slow' },
  output: z.object({ aborted: z.boolean() }),
  allow: anyone,
  timeoutMs: 100,
  run: ({ signal }) =>
    new Promise((resolve) => signal.addEventListener('abort', () => resolve({ aborted: true }))),
})
const late = query('late', {
  http: { get: '/late' },
  input: z.object({ ms: z.int() }),
  output: z.object({ done: z.boolean() }),
  allow: anyone,
  run: ({ input }) => new Promise((resolve) => setTimeout(() => resolve({ done: true }), input.ms)),
})

const EXPORTS = {
  items,
  purchases,
  Bought,
  putItem,
  getItem,
  buy,
  myPurchases,
  buyTwice,
  clear,
  boom,
  leaky,
  wrong,
  slow,
  late,
}

const DEVELOPER = '00000000-0000-7000-8000-00000000000a'

export interface TestApp {
  readonly server: Server
  /** A key with all scopes. */
  readonly key: string
  readonly headers: Readonly<Record<string, string>>
  /** Lines of the log. */
  readonly logged: string[]
}

export async function startApp(
  url: string,
  options: Partial<AppOptions> = {},
  serverOptions: ServerOptions = {},
): Promise<TestApp> {
  const logged: string[] = []
  const declared = app({
    name: 'test',
    modules: [module('items', EXPORTS)],
    http: { prefix: '/v1', bodyBytesMax: 2000 },
    ...options,
  })
  const log = createLog({ level: 'info', destination: { write: (line) => void logged.push(line) } })
  const server = await createServer(declared, {
    databaseUrl: url,
    config: readConfig({ PORT: '0', NODE_ENV: 'test' }),
    log,
    ...serverOptions,
  })
  const { key } = await server.keys.create({ owner: DEVELOPER, scopes: ['*'] })
  return { server, key, headers: { authorization: `Bearer ${key}` }, logged }
}
