/**
 * The shop on a database of its own, spoken to through HTTP without a network. Three callers: `admin` may do
 * everything, `alice` and `bob` are customers.
 */
import { randomUUID } from 'node:crypto'
import { createLog, createServer, type Server } from 'keelson'
import app from '../../src/app.js'
import { createTestDatabase, type TestDatabase } from './database.js'

type Caller = 'admin' | 'alice' | 'bob'

/** The fields that these tests look at; each is there where the answer's status says so. */
export interface Body {
  readonly code: string
  readonly id: string
  readonly total: number
  readonly stock: number
  readonly items: readonly Body[]
  readonly next: string | null
  readonly lines: readonly { readonly sku: string; readonly quantity: number; readonly total: number }[]
  readonly errors: readonly { readonly pointer?: string; readonly parameter?: string }[]
  readonly [field: string]: unknown
}

export interface TestAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, unknown>>
  /** The body byte for byte. */
  readonly text: string
  readonly body: Body
}

export interface TestRequest {
  /** Default: nobody. */
  readonly as?: Caller
  readonly body?: unknown
  readonly idempotencyKey?: string
}

export interface TestShop {
  readonly server: Server
  readonly database: TestDatabase
  readonly keys: Readonly<Record<Caller, string>>
  get(path: string, as?: Caller): Promise<TestAnswer>
  post(path: string, request?: TestRequest): Promise<TestAnswer>
  put(path: string, request?: TestRequest): Promise<TestAnswer>
  /** Creates or replaces an item with this stock. */
  stock(sku: string, stock: number, price?: number): Promise<void>
  close(): Promise<void>
}

const send = async (
  server: Server,
  method: 'GET' | 'POST' | 'PUT',
  path: string,
  key: string | undefined,
  { body, idempotencyKey }: TestRequest = {},
): Promise<TestAnswer> => {
  const response = await server.inject({
    method,
    url: `/v1${path}`,
    headers: {
      ...(key !== undefined && { authorization: `Bearer ${key}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(idempotencyKey !== undefined && { 'idempotency-key': idempotencyKey }),
    },
    ...(body !== undefined && { payload: JSON.stringify(body) }),
  })
  const { statusCode: status, headers, body: text } = response
  return { status, headers, text, body: JSON.parse(text) as Body }
}

export const openShop = async (): Promise<TestShop> => {
  const database = await createTestDatabase()
  const server = await createServer(app, { databaseUrl: database.url, log: createLog({ level: 'error' }) })
  const newKey = async (scopes: string[]): Promise<string> =>
    (await server.keys.create({ owner: randomUUID(), scopes })).key
  const keys = { admin: await newKey(['*']), alice: await newKey([]), bob: await newKey([]) }
  const keyOf = (as: Caller | undefined): string | undefined => as && keys[as]
  const shop: TestShop = {
    server,
    database,
    keys,
    get: (path, as) => send(server, 'GET', path, keyOf(as)),
    post: (path, request) => send(server, 'POST', path, keyOf(request?.as), request),
    put: (path, request) => send(server, 'PUT', path, keyOf(request?.as), request),
    async stock(sku, stock, price = 100) {
      const body = { name: `Item ${sku}`, category: 'Tests', price, stock }
      const { status, text } = await shop.put(`/items/${sku}`, { as: 'admin', body })
      if (status !== 200) throw new Error(text)
    },
    async close() {
      await server.close()
      await database.drop()
    },
  }
  return shop
}
