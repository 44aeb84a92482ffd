import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { type TestContext, test } from 'node:test'
import { shopClient } from '../../src/replay/shop-client.js'

/** A server that answers the requests it gets with these handlers, one after the other. */
const serverOf = async (
  t: TestContext,
  handlers: ((request: IncomingMessage, response: ServerResponse) => void)[],
): Promise<string> => {
  const server = createServer((request, response) => handlers.shift()?.(request, response))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.close()
    server.closeAllConnections()
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('a port was expected')
  return `http://127.0.0.1:${address.port}`
}

const answering =
  (status: number, body: unknown, headers: Record<string, string> = {}) =>
  (_: IncomingMessage, response: ServerResponse): void => {
    response.writeHead(status, headers).end(JSON.stringify(body))
  }

test('the key, the idempotency key and the body are sent', async (t) => {
  const url = await serverOf(t, [
    ({ headers }, response) => {
      assert.equal(headers.authorization, 'Bearer secret')
      assert.equal(headers['idempotency-key'], 'one')
      assert.equal(headers['content-type'], 'application/json')
      response.writeHead(201).end('{}')
    },
  ])
  const shop = shopClient({ url, key: 'secret' })
  const answer = await shop.send({ method: 'POST', path: '/v1/orders', body: {}, idempotencyKey: 'one' })
  assert.deepEqual(answer, { status: 201, body: {}, replayed: false })
})

test('a cut connection, a busy server and a request in progress are tried again', async (t) => {
  const url = await serverOf(t, [
    (request) => request.socket.destroy(),
    answering(503, { code: 'overloaded' }),
    answering(409, { code: 'idempotency_in_progress' }),
    answering(201, { id: 1 }, { 'idempotent-replayed': 'true' }),
  ])
  const answer = await shopClient({ url, key: 'k' }).send({ method: 'POST', path: '/', body: {} })
  assert.deepEqual(answer, { status: 201, body: { id: 1 }, replayed: true })
})

test('a refusal is an answer', async (t) => {
  const url = await serverOf(t, [answering(409, { code: 'out_of_stock' })])
  const answer = await shopClient({ url, key: 'k' }).send({ method: 'POST', path: '/', body: {} })
  assert.deepEqual(answer, { status: 409, body: { code: 'out_of_stock' }, replayed: false })
})

test('a read that is refused says so', async (t) => {
  const url = await serverOf(t, [answering(401, { code: 'unauthenticated', title: 'Who are you?' })])
  const reading = shopClient({ url, key: 'k' }).read('/v1/items')
  await assert.rejects(reading, { message: 'GET /v1/items: 401 unauthenticated Who are you?' })
})

test('patience ends', async (t) => {
  const url = await serverOf(t, [answering(503, { code: 'overloaded', title: 'Busy.' })])
  const sending = shopClient({ url, key: 'k', patienceMs: -1 }).send({ method: 'GET', path: '/' })
  await assert.rejects(sending, /did not serve for .*: 503 overloaded Busy\./)
})

test('an abort ends the waiting at once', async (t) => {
  const controller = new AbortController()
  const url = await serverOf(t, [
    (request) => {
      request.socket.destroy()
      controller.abort()
    },
  ])
  const shop = shopClient({ url, key: 'k', signal: controller.signal })
  await assert.rejects(shop.send({ method: 'GET', path: '/' }), { name: 'AbortError' })
})
