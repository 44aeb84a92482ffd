import assert from 'node:assert/strict'
import { request } from 'node:http'
import { test, type TestContext } from 'node:test'
import { serveOnHttp, type HttpOptions } from '../../src/mcp/http.js'
import { engineerFor } from '../../src/mcp/server.js'
import { Root } from '../../src/root/inside.js'
import { call, clientOnHttp } from '../support/client.js'
import { folderWith } from '../support/folder.js'
import { SHOP } from '../support/shop.js'

async function served(t: TestContext, options: Partial<HttpOptions> = {}): Promise<URL> {
  const root = await Root.at(await folderWith(t, SHOP))
  const endpoint = await serveOnHttp(await engineerFor({ root, write: false }), { port: 0, ...options })
  t.after(() => endpoint.close())
  return new URL(endpoint.url)
}

const INITIALIZE = JSON.stringify({
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'raw', version: '1' } },
})

/** A request by hand: `fetch` would set Host by itself. */
function post(
  url: URL,
  headers: Record<string, string>,
  body = INITIALIZE,
): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const sent = request(
      url,
      {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          accept: 'application/json, text/event-stream',
          ...headers,
        },
      },
      (response) => {
        let text = ''
        response.setEncoding('utf8').on('data', (part: string) => (text += part))
        response.on('end', () => resolve({ status: response.statusCode!, text }))
      },
    )
    sent.on('error', reject)
    sent.end(body)
  })
}

test('a client reviews over HTTP, in a session of its own', async (t) => {
  const url = await served(t)
  const [one, other] = [await clientOnHttp(t, url.href), await clientOnHttp(t, url.href)]
  const answers = await Promise.all(
    [one, other].map((client) => call(client, 'review', { rules: ['sql-injection'] })),
  )
  assert.deepEqual(
    answers.map(({ structured }) => structured['total']),
    [2, 2],
  )
})

test('a foreign Origin is refused, also one of this machine on another port', async (t) => {
  const url = await served(t)
  for (const origin of [
    'https://evil.example',
    'null',
    'http://localhost:1',
    `https://127.0.0.1:${url.port}`,
  ]) {
    const { status, text } = await post(url, { origin })
    assert.equal(status, 403, origin)
    assert.ok(text.includes('Origin'))
  }
  assert.equal((await post(url, { origin: `http://localhost:${url.port}` })).status, 200)
  assert.equal((await post(url, {})).status, 200)
})

test('a foreign Host is refused: a name that was pointed at this machine', async (t) => {
  const url = await served(t)
  for (const host of [
    `evil.example:${url.port}`,
    'evil.example',
    'localhost',
    'localhost:1',
    `127.0.0.1.evil.example:${url.port}`,
  ]) {
    const { status, text } = await post(url, { host })
    assert.equal(status, 403, host)
    assert.ok(text.includes('Host'))
  }
  assert.equal((await post(url, { host: `localhost:${url.port}` })).status, 200)
})

test('unknown sessions, other paths and requests before the session are refused', async (t) => {
  const url = await served(t)
  const list = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' })
  assert.equal((await post(url, { 'mcp-session-id': 'no-such' }, list)).status, 404)
  assert.equal((await post(url, {}, list)).status, 400)
  assert.equal((await post(new URL('/', url), {})).status, 404)
  assert.equal((await post(url, {}, '{')).status, 400)
})

test('a huge body is refused', async (t) => {
  const url = await served(t)
  assert.equal((await post(url, {}, `"${'x'.repeat(11 * 1_048_576)}"`)).status, 413)
})

test('sessions are bounded; unused ones make room', async (t) => {
  const url = await served(t, { sessionsMax: 1 })
  assert.equal((await post(url, {})).status, 200)
  assert.equal((await post(url, {})).status, 503)
  const roomy = await served(t, { sessionsMax: 1, idleMs: 0 })
  assert.equal((await post(roomy, {})).status, 200)
  assert.equal((await post(roomy, {})).status, 200)
})
