/** Clients against a server that answers as it is told, by the name of the request. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import { HttpClient } from '../../src/client/http.js'
import { startLoad } from '../../src/client/load.js'
import type { Operation } from '../../src/history/operation.js'
import { randomOf } from '../../src/run/random.js'
import type { Request, Workload } from '../../src/workloads/workload.js'
import { stillApp } from '../support/still-app.js'

const heard = new Map<string, number>()
const server = createServer(answer)
let url = ''

before(async () => {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
after(() => {
  server.closeAllConnections()
  server.close()
})

function answer(request: IncomingMessage, response: ServerResponse): void {
  const name = request.url!.slice(1)
  const count = (heard.get(name) ?? 0) + 1
  heard.set(name, count)
  const problem = (status: number, code: string): void =>
    void response.writeHead(status).end(JSON.stringify({ code }))
  if (name === 'silent') return
  if (name === 'reset') return void request.socket.destroy()
  if (name === 'broken') {
    response.writeHead(200, { 'content-length': '100' })
    return void response.write('half', () => request.socket.destroy())
  }
  if (name === 'taken') return problem(409, 'taken')
  if (name.startsWith('late') && count < 4) return problem(503, 'database_unavailable')
  response.end(JSON.stringify({ name }))
}

test('what was heard is ok, refused or unknown', async () => {
  const kindOf = async (name: string, timeoutMs = 20_000): Promise<string> => {
    const client = new HttpClient(timeoutMs)
    const outcome = await client.send(url, { name, input: {} })
    client.close()
    return outcome.kind === 'unknown' ? `unknown ${outcome.reason}` : `${outcome.kind} ${outcome.body}`
  }
  assert.equal(await kindOf('fine'), 'ok {"name":"fine"}')
  assert.equal(await kindOf('taken'), 'refused {"code":"taken"}')
  assert.equal(await kindOf('late-once'), 'unknown 503 database_unavailable')
  assert.equal(await kindOf('silent', 100), 'unknown timeout')
  assert.match(await kindOf('reset'), /^unknown /)
  assert.match(await kindOf('broken'), /^unknown /)
})

/** Asks for one thing once, then for what is answered at once. */
const workloadOf = (first: Request): Workload => {
  let isAsked = false
  return {
    name: 'w',
    seed: async () => undefined,
    next() {
      const request = isAsked ? { name: 'fine', input: {} } : first
      isAsked = true
      return request
    },
    check: async () => [],
  }
}

async function kindsOf(first: Request): Promise<string[]> {
  const history: Operation[] = []
  const load = startLoad({
    apps: [stillApp('p0', url)],
    workloads: [workloadOf(first)],
    clients: 1,
    nowMs: () => performance.now(),
    randomOf: () => randomOf(1),
    nextId: () => history.length,
    record: (operation) => void history.push(operation),
  })
  while (history.length < 20) await new Promise((resolve) => setImmediate(resolve))
  load.stop()
  while (load.outstanding > 0) await new Promise((resolve) => setImmediate(resolve))
  await load.abort()
  return history.filter(({ name }) => name === first.name).map(({ outcome }) => outcome.kind)
}

test('a command with a key is sent again until its outcome is known, one without never', async () => {
  assert.deepEqual(await kindsOf({ name: 'late-keyed', input: {}, key: 'k' }), [
    'unknown',
    'unknown',
    'unknown',
    'ok',
  ])
  assert.deepEqual(await kindsOf({ name: 'late-bare', input: {} }), ['unknown'])
})
