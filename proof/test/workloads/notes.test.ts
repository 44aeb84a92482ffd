/** What a subscriber could do wrong is found. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Operation } from '../../src/history/operation.js'
import { notes } from '../../src/workloads/notes.js'
import { startServers, type Servers } from '../support/servers.js'

let world: Servers
const workload = notes(3000)
before(async () => {
  world = await startServers([1])
  await workload.seed(world.sql)
})
after(() => world.close())

const made: Operation[] = []

async function make(key: string): Promise<void> {
  const token = `token-${made.length}`
  const response = await world.servers[0]!.inject({
    method: 'POST',
    url: '/notes.make',
    payload: { token, key },
  })
  assert.equal(response.statusCode, 200)
  made.push({
    id: made.length,
    client: 0,
    workload: 'notes',
    name: 'notes.make',
    input: { token, key },
    process: 'p0',
    invokedMs: 0,
    completedMs: 1,
    outcome: { kind: 'ok', body: response.body },
  } as Operation)
}

const anomalies = async (): Promise<string[]> =>
  (await workload.check(made, world.sql)).map(({ anomaly }) => anomaly)

test('nothing is found where each note is followed once, in order', async () => {
  for (let times = 0; times < 5; times++) for (const key of ['do', 're']) await make(key)
  assert.deepEqual(await anomalies(), [])
})

test('a note that is followed twice, one that is not, and two that change places are found', async () => {
  const copy = (extra: string) =>
    world.sql(
      `insert into notes_followed (id, token, key, number) select gen_random_uuid(), token, key, number from notes_followed ${extra}`,
    )
  await copy("where key = 'do' and number = 2")
  assert.deepEqual(new Set(await anomalies()), new Set(['doubled-effect', 'broken-invariant']))
  await world.sql("delete from notes_followed where key = 'do' and number = 2 and place > 10")
  assert.deepEqual(await anomalies(), [])

  // The same rows, one of them later than its successors.
  await copy("where key = 're' and number = 3")
  await world.sql(
    "delete from notes_followed where key = 're' and number = 3 and place = (select min(place) from notes_followed where key = 're' and number = 3)",
  )
  assert.deepEqual(await anomalies(), ['broken-invariant'])

  await world.sql("delete from notes_followed where key = 're' and number = 3")
  assert.deepEqual(new Set(await anomalies()), new Set(['not-drained', 'lost-effect', 'broken-invariant']))
})
