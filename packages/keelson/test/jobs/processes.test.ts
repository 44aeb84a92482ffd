/** Jobs while processes die, stand still and stop: each is done once, and ends once. */
import assert from 'node:assert/strict'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, afterEach, before, beforeEach, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { JOBS_SCRIPT, place, startJobsApp, type JobsApp } from '../support/jobs-app.js'
import { createTestDatabase, type TestDatabase } from '../support/database.js'
import { KeelsonProcesses, type Running } from '../support/keelson-process.js'
import { until } from '../support/until.js'

const APP = fileURLToPath(new URL('../support/jobs-process-app.js', import.meta.url))

let folder: string
let database: TestDatabase
let processes: KeelsonProcesses
/** Takes orders, runs no jobs. */
let front: JobsApp

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keelson-jobs-'))
})
beforeEach(async () => {
  database = await createTestDatabase(JOBS_SCRIPT)
  processes = new KeelsonProcesses(folder, { DATABASE_URL: database.url, LOG_LEVEL: 'debug' })
  front = await startJobsApp(database.url, { roles: ['http'] })
})
afterEach(async () => {
  processes.killAll()
  await front.server.close()
  await database.drop()
})
after(() => processes.killAll())

const worker = (environment: Record<string, string> = {}): Running =>
  processes.run(['start', APP, '--roles', 'worker', '--port', '0'], environment)

const numberOf = async (text: string): Promise<number> => {
  const { rows } = await database.client.query<{ n: number }>(`select count(*)::int as n from ${text}`)
  return rows[0]!.n
}

async function enqueue(word: string, count: number): Promise<void> {
  const words = Array.from({ length: count }, () => word)
  const batches = Array.from({ length: Math.ceil(count / 50) }, (_, at) => words.slice(at * 50, at * 50 + 50))
  await Promise.all(batches.map((batch) => front.server.execute(place, { words: batch })))
}

/** All are done, none in more than one place, and each left one effect. */
async function allDone(count: number): Promise<void> {
  await until('all jobs end', async () => (await numberOf('keelson.jobs')) === 0)
  assert.equal(await numberOf("keelson.jobs_ended where state = 'done'"), count)
  assert.equal(await numberOf('keelson.jobs_ended'), count)
  assert.equal(await numberOf('effects'), count)
}

/** Leases of processes that were killed run out now rather than in seconds. */
const expire = (): Promise<unknown> =>
  database.client.query(
    "update keelson.leases set expires_at = now() - interval '1 s' where name like 'jobs:%'",
  )

for (const place of ['job-claimed', 'job-applied', 'job-acknowledged']) {
  test(`a process is killed at ${place}: others do what it had claimed, once`, async () => {
    await enqueue('plain', 60)
    const doomed = worker({ KEELSON_FAILPOINTS: `${place}=kill@2`, KEELSON_JOBS_MAX: '8' })
    await doomed.ended
    assert.equal(doomed.child.signalCode, 'SIGKILL')
    assert.ok((await numberOf('keelson.jobs')) > 0, 'something is left')
    await expire()
    worker()
    await allDone(60)
  })
}

test('a process that stood still past its lease changes nothing, and works on under a new one', async () => {
  await enqueue('stubborn', 4)
  const zombie = worker()
  await until(
    'all are claimed',
    async () => (await numberOf('keelson.jobs where claimed_by is not null')) === 4,
  )
  zombie.child.kill('SIGSTOP')
  await expire()
  const other = worker()
  await allDone(4)
  const before = await database.client.query('select * from keelson.jobs_ended order by id')
  other.child.kill('SIGTERM')
  await other.ended

  zombie.child.kill('SIGCONT')
  await zombie.says('does not count')
  await enqueue('plain', 3)
  await until('the zombie works again', async () => (await numberOf('keelson.jobs_ended')) === 7)
  const { rows } = await database.client.query(
    'select * from keelson.jobs_ended where input is null and attempt = 2 order by id',
  )
  assert.deepEqual(rows, before.rows)
  await allDone(7)
})

test('a job that kills its process is dead in the end, and the others are done', async () => {
  await enqueue('kills', 1)
  // An attempt that was begun counts, also for those that only stood beside: these have more than there are lives.
  await enqueue('patient', 30)
  for (let life = 0; (await numberOf("keelson.jobs_ended where state = 'dead'")) === 0; life++) {
    assert.ok(life < 6, 'it must not live for ever')
    const { child } = worker()
    await until(
      'it ends its process, or is dead',
      async () =>
        child.signalCode !== null || (await numberOf("keelson.jobs_ended where state = 'dead'")) === 1,
    )
    await expire()
  }
  await until('the others are done', async () => (await numberOf('keelson.jobs')) === 0)
  const { rows } = await database.client.query(
    "select state, attempt, error from keelson.jobs_ended where input like '%kills%'",
  )
  assert.deepEqual(rows, [
    { state: 'dead', attempt: 3, error: 'The process that ran the last attempt was lost.' },
  ])
  assert.equal(await numberOf("keelson.jobs_ended where state = 'done'"), 30)
  assert.equal(await numberOf('effects'), 30)
})

test('a process that is stopped under load hands over what is left, and burns no attempt', async () => {
  await enqueue('slow', 400)
  const first = worker({ KEELSON_JOBS_MAX: '10' })
  await until('it is at work', async () => (await numberOf('keelson.jobs_ended')) > 20)
  worker({ KEELSON_JOBS_MAX: '10' })
  first.child.kill('SIGTERM')
  assert.equal((await first.ended).code, 0)
  await allDone(400)
  assert.equal(await numberOf('keelson.jobs_ended where attempt <> 1'), 0)
})

test('clocks of processes do not matter: one is two hours ahead, another behind', async () => {
  const shifted = (hours: number): string =>
    `--import "data:text/javascript,const now=Date.now;Date.now=()=>now()+${hours}*3600000"`
  worker({ NODE_OPTIONS: shifted(2) })
  worker({ NODE_OPTIONS: shifted(-2) })
  await front.server.execute(place, { words: Array.from({ length: 10 }, () => 'plain'), delayMs: 3_600_000 })
  await enqueue('plain', 20)
  await until('what is due is done', async () => (await numberOf('keelson.jobs_ended')) === 20)
  assert.equal(await numberOf('keelson.jobs where attempt = 0'), 10, 'what is not due waits')
  await database.client.query('update keelson.jobs set run_at = now()')
  await allDone(30)
})

test('connections that are cut, again and again, lose nothing and double nothing', async () => {
  const runs = [worker(), worker()]
  // One that is cut off while it starts ends with a message: it has promised nothing yet.
  await Promise.all(runs.map(({ says }) => says('Listening.')))
  await enqueue('slow', 200)
  for (let cut = 0; cut < 12; cut++) {
    await database.client.query(
      'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and random() < 0.7',
    )
    const left = await numberOf('keelson.jobs')
    if (left === 0) break
    await until('they go on', async () => (await numberOf('keelson.jobs')) < left)
  }
  await until('all jobs end', async () => (await numberOf('keelson.jobs')) === 0)
  assert.equal(await numberOf("keelson.jobs_ended where state = 'done'"), 200)
  assert.equal(await numberOf('effects'), 200)
  for (const { child, ended } of runs) {
    assert.equal(
      child.exitCode,
      null,
      child.exitCode === null ? '' : `one ended by it: ${(await ended).said}`,
    )
  }
})
