/** What workers could do wrong is found. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Operation } from '../../src/history/operation.js'
import { errands } from '../../src/workloads/errands.js'
import { startServers, type Servers } from '../support/servers.js'

let world: Servers
const workload = errands(3000)
before(async () => {
  world = await startServers([1])
})
after(() => world.close())

const sent: Operation[] = []

async function send(token: string): Promise<void> {
  const response = await world.servers[0]!.inject({
    method: 'POST',
    url: '/errands.send',
    payload: { token },
  })
  assert.equal(response.statusCode, 200)
  sent.push({
    id: sent.length,
    client: 0,
    workload: 'errands',
    name: 'errands.send',
    input: { token },
    process: 'p0',
    invokedMs: 0,
    completedMs: 1,
    outcome: { kind: 'ok', body: response.body },
  } as Operation)
}

const anomalies = async (): Promise<Set<string>> =>
  new Set((await workload.check(sent, world.sql)).map(({ anomaly }) => anomaly))

test('nothing is found where each errand is done once, also where the first attempt fails', async () => {
  // The code of `d` is a multiple of five.
  for (let at = 0; at < 10; at++) await send(`${at % 2 === 0 ? 'd' : 'e'}-${at}`)
  assert.deepEqual(await anomalies(), new Set())
  const [repeated] = await world.sql<{ n: number }>(
    "select count(*)::int as n from keelson.jobs_ended where name = 'errand' and attempt = 2",
  )
  assert.equal(repeated!.n, 5)
})

test('an errand that is done twice, one that is not, a job that is dead and one that is left are found', async () => {
  await world.sql(
    "insert into errands_done select gen_random_uuid(), token from errands_done where token = 'e-1'",
  )
  assert.deepEqual(await anomalies(), new Set(['doubled-effect', 'broken-invariant']))
  await world.sql("delete from errands_done where token = 'e-1'")
  assert.deepEqual(await anomalies(), new Set(['lost-effect', 'broken-invariant']))
  await world.sql("insert into errands_done values (gen_random_uuid(), 'e-1')")
  assert.deepEqual(await anomalies(), new Set())

  const [job] = await world.sql<{ id: string }>(
    "select id from keelson.jobs_ended where name = 'errand' limit 1",
  )
  await world.sql("update keelson.jobs_ended set state = 'dead' where id = $1", [job!.id])
  assert.deepEqual(await anomalies(), new Set(['broken-invariant']))
  await world.sql('delete from keelson.jobs_ended where id = $1', [job!.id])
  assert.deepEqual(await anomalies(), new Set(['lost-effect', 'broken-invariant']))
  await world.sql(
    "insert into keelson.jobs (id, name, queue, input) values ($1, 'errand', 'nobody serves it', '{}')",
    [job!.id],
  )
  assert.deepEqual(await anomalies(), new Set(['not-drained', 'lost-effect', 'broken-invariant']))
})
