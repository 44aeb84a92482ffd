/** A process that is asked to stop under load, from the view of those who send it requests. */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { mkdtemp } from 'node:fs/promises'
import { Agent, request } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { createTestDatabase, type TestDatabase } from '../support/database.js'
import { KeelsonProcesses } from '../support/keelson-process.js'
import { SCRIPT } from '../support/load-app.js'

const APP = fileURLToPath(new URL('../support/load-app.js', import.meta.url))
const CLIENTS = 40

let database: TestDatabase
let processes: KeelsonProcesses
before(async () => {
  database = await createTestDatabase(SCRIPT)
  processes = new KeelsonProcesses(await mkdtemp(join(tmpdir(), 'keelson-drain-')), {
    DATABASE_URL: database.url,
    LOG_LEVEL: 'info',
  })
})
after(async () => {
  processes.killAll()
  await database.drop()
})

interface Answered {
  readonly status: number
  readonly closes: boolean
  readonly body: string
}

/** One request on the agent's connection; rejects where the connection ends without an answer. */
function send(agent: Agent | false, url: string, body?: object): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      url,
      {
        agent,
        method: body === undefined ? 'GET' : 'POST',
        headers: body === undefined ? {} : { 'content-type': 'application/json' },
      },
      (answer) => {
        let text = ''
        answer.on('data', (data: Buffer) => (text += data.toString()))
        answer.on('error', reject)
        answer.on('end', () =>
          resolve({
            status: answer.statusCode!,
            closes: answer.headers.connection === 'close',
            body: text,
          }),
        )
      },
    )
    outgoing.on('error', reject)
    outgoing.end(body === undefined ? undefined : JSON.stringify(body))
  })
}

test('SIGTERM under load: every request that was sent is answered, and everything answered is there', async () => {
  const server = await processes.start(APP, { KEELSON_DRAIN_DELAY_MS: '0' })
  const answered: string[] = []
  const failures: unknown[] = []
  let mayStop: () => void = () => undefined
  const underLoad = new Promise<void>((resolve) => (mayStop = resolve))
  /** Sends one note after the other on one connection, until the server ends it with an answer. */
  const client = async (at: number): Promise<void> => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    try {
      for (let closes = false; !closes;) {
        const id = randomUUID()
        const answer = await send(agent, `${server.url}/notes`, { id })
        assert.equal(answer.status, 201, answer.body)
        answered.push(id)
        ;({ closes } = answer)
        if (answered.length > CLIENTS * 5) mayStop()
        // Some think before they ask again.
        if (at % 4 === 0) await pause(at)
      }
    } catch (error) {
      failures.push(error)
    } finally {
      agent.destroy()
    }
  }
  const slow = send(false, `${server.url}/late?ms=900`)
  // Connected, and silent: it must not keep the process.
  const idle = connect(Number(new URL(server.url).port), '127.0.0.1')
  idle.on('error', () => undefined)
  const clients = Array.from({ length: CLIENTS }, (_, at) => client(at))
  await underLoad
  server.child.kill('SIGTERM')
  await Promise.all(clients)
  assert.deepEqual(failures, [])
  assert.deepEqual(JSON.parse((await slow).body), { done: true })
  const { code, said } = await server.ended
  assert.equal(code, 0, said)
  assert.ok(!said.includes('still under way'), said)
  const { rows } = await database.client.query<{ id: string }>('select id from notes')
  assert.deepEqual(
    rows.map(({ id }) => id).toSorted(),
    answered.toSorted(),
    'no answer without its effect, and no effect without its answer',
  )
})

test('a process that stops says that it is not ready, and takes new connections for a while', async () => {
  const server = await processes.start(APP, { KEELSON_DRAIN_DELAY_MS: '3000', KEELSON_OPERATOR_PORT: '0' })
  const said = await server.says('Listening for operators.')
  const line = said.split('\n').find((each) => each.includes('for operators'))!
  const { url: operators } = JSON.parse(line) as { url: string }
  const readiness = async (url: string): Promise<unknown> => {
    const { status, body } = await send(false, `${url}/readyz`)
    return [status, JSON.parse(body)]
  }
  assert.deepEqual(await readiness(operators), [200, { status: 'ready' }])
  assert.match((await send(false, `${operators}/metrics`)).body, /^keelson_group_size_count 0$/m)
  assert.equal((await send(false, `${operators}/notes`)).status, 404)
  server.child.kill('SIGTERM')
  await server.says('Stopping')
  const stopping = [503, { status: 'unready', reason: 'stopping' }]
  while ((await send(false, `${operators}/readyz`)).status === 200) await pause(5)
  assert.deepEqual(await readiness(operators), stopping)
  assert.deepEqual(await readiness(server.url), stopping)
  const late = await send(new Agent({ keepAlive: true }), `${server.url}/notes`, { id: randomUUID() })
  assert.deepEqual([late.status, late.closes], [201, true])
  assert.equal((await server.ended).code, 0)
})
