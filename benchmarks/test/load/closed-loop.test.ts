import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { runClosedLoop } from '../../src/load/closed-loop.js'
import type { LoadPlan, LoadResult } from '../../src/load/plan.js'

async function load(listener: RequestListener, plan: Partial<LoadPlan>): Promise<LoadResult> {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const whole: LoadPlan = {
    ports: [port],
    token: 'token',
    traffic: { kind: 'path', path: '/hello' },
    connections: 4,
    warmupConnections: 8,
    warmupSeconds: 0.2,
    seconds: 0.3,
    ...plan,
  }
  try {
    return await runClosedLoop(whole, { onBegin: () => undefined, onEnd: () => undefined })
  } finally {
    server.close()
    server.closeAllConnections()
  }
}

test('counts what the server answered, the warm-up included, and measures the rest', async () => {
  let served = 0
  const result = await load((_request, response) => {
    served++
    response.end('hello')
  }, {})
  assert.equal(result.allStatuses['200'], served)
  assert.equal(result.statuses['200'], Math.round(result.requestsPerSecond * result.seconds))
  assert.ok(result.statuses['200'] > 0 && result.statuses['200'] < served)
  assert.ok(result.p50Ms !== null && result.p50Ms <= result.p99Ms! && result.p99Ms! <= result.p999Ms!)
  assert.deepEqual([result.errors, result.unanswered], [0, 0])
})

test('every order has a key of its own, a token, and an item of the catalogue', async () => {
  const keys = new Set<string>()
  const wrong: unknown[] = []
  let served = 0
  const result = await load(
    (request, response) => {
      let body = ''
      request.setEncoding('utf8').on('data', (text: string) => (body += text))
      request.on('end', () => {
        served++
        keys.add(String(request.headers['idempotency-key']))
        const { authorization, 'content-type': type } = request.headers
        const well =
          authorization === 'Bearer token' && type === 'application/json' && request.url === '/v1/orders'
        if (!well || !/^{"lines":\[{"sku":"sku-0000[012]","quantity":1}]}$/.test(body))
          wrong.push(request.headers, body)
        response.writeHead(201).end('{}')
      })
    },
    { traffic: { kind: 'order', items: 3 } },
  )
  assert.deepEqual(wrong, [])
  assert.equal(keys.size, served)
  assert.equal(result.allStatuses['201'], served)
})

test('refusals, broken connections and connections closed by the server are told apart', async () => {
  let served = 0
  const result = await load(
    (request, response) => {
      served++
      if (served % 10 === 0) request.socket.destroy()
      else if (served % 10 === 5) response.writeHead(503, { connection: 'close' }).end()
      else response.end()
    },
    { connections: 2, warmupConnections: 2, seconds: 1 },
  )
  assert.ok(result.unanswered > 0)
  assert.equal(
    (result.allStatuses['200'] ?? 0) + (result.allStatuses['503'] ?? 0) + result.unanswered,
    served,
  )
  assert.ok(result.errors >= (result.statuses['503'] ?? 0))
})
