import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { app, createLog, createServer, module, type Server } from 'keelson'
import * as tables from '../src/modules/orders/tables.js'
import * as operations from '../src/operating/notes.js'
import { createChapterDatabase, type ChapterDatabase } from './database.js'

let database: ChapterDatabase
let server: Server
const lines: string[] = []

before(async () => {
  database = await createChapterDatabase('operating')
  server = await createServer(
    app({
      name: 'guide-operating',
      modules: [module('orders', { ...tables, ...operations })],
      migrations: new URL('../../migrations', import.meta.url),
    }),
    {
      databaseUrl: database.url,
      log: createLog({ level: 'info', destination: { write: (line) => void lines.push(line) } }),
    },
  )
})
after(async () => {
  await server.close()
  await database.drop()
})

test('a line of a handler carries its request and trace, as the line of the request does', async () => {
  const { key } = await server.keys.create({ owner: 'ops', scopes: ['items:read', 'keelson:metrics'] })
  const headers = {
    authorization: `Bearer ${key}`,
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  }
  const answer = await server.inject({ url: '/items/low?below=100', headers })
  assert.deepEqual(answer.json(), [{ sku: 'tea', stock: 2 }])
  const told = lines.map((line) => JSON.parse(line) as Record<string, unknown>)
  const handler = told.find(({ msg }) => msg === 'Stock is low.')!
  const request = told.find(({ msg }) => msg === 'request')!
  assert.equal(handler['requestId'], answer.headers['x-request-id'])
  for (const line of [handler, request]) assert.equal(line['traceId'], '0af7651916cd43dd8448eb211c80319c')
  const metrics = await server.inject({ url: '/metrics', headers })
  assert.match(metrics.body, /http_route="\/items\/low"/)
})
