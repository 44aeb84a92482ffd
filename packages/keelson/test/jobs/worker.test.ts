import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import { JobBook } from '../../src/jobs/job-book.js'
import { Connections } from '../../src/postgres/connections.js'
import { handlers, hasty, JOBS_SCRIPT, startJobsApp, work, type JobsApp } from '../support/jobs-app.js'
import { createTestDatabase, type TestDatabase } from '../support/database.js'
import { until } from '../support/until.js'

let database: TestDatabase
let connections: Connections
const apps: JobsApp[] = []
beforeEach(async () => {
  database = await createTestDatabase(JOBS_SCRIPT)
  connections = new Connections({ url: database.url, max: 2 })
  handlers.clear()
})
afterEach(async () => {
  for (const app of apps.splice(0)) await app.server.close()
  await connections.close()
  await database.drop()
})

async function start(...options: Parameters<typeof startJobsApp> extends [string, ...infer R] ? R : never) {
  const app = await startJobsApp(database.url, ...options)
  apps.push(app)
  return app
}

const numberOf = async (text: string): Promise<number> => {
  const { rows } = await database.client.query<{ n: number }>(`select count(*)::int as n from ${text}`)
  return rows[0]!.n
}

/** A handler that runs until it is let go or told to end. */
function held(word: string): { readonly begun: () => number; readonly go: () => void } {
  let begun = 0
  let open = false
  const waiting = new Set<() => void>()
  handlers.set(word, ({ signal }) => {
    begun++
    if (open) return
    return new Promise((resolve, reject) => {
      waiting.add(resolve)
      signal.addEventListener('abort', () => reject(signal.reason as Error))
    })
  })
  return {
    begun: () => begun,
    go: () => {
      open = true
      for (const resolve of waiting) resolve()
    },
  }
}

test('a process that stops hands back what it runs, and no attempt is lost by that', async () => {
  const first = await start({ environment: { KEELSON_JOBS_MAX: '2' } })
  const job = held('held')
  const ids = []
  for (let n = 0; n < 5; n++) ids.push(await first.server.enqueue(work, { word: 'held' }))
  await until('both places are taken', () => job.begun() === 2)
  apps.splice(0)
  await first.server.close()
  const { rows } = await database.client.query('select claimed_by, attempt from keelson.jobs')
  assert.deepEqual(
    rows,
    ids.map(() => ({ claimed_by: null, attempt: 0 })),
  )
  assert.equal(await numberOf('keelson.leases'), 0)

  job.go()
  await start()
  await until('all are done', async () => (await numberOf("keelson.jobs_ended where state = 'done'")) === 5)
  assert.equal(await numberOf('keelson.jobs_ended where attempt <> 1'), 0)
})

test('a handler that does not heed its signal is given back when the process stops', async () => {
  // A fifth of it is for telling the database: on a busy machine that must be more than a moment.
  const first = await start({ environment: { KEELSON_DRAIN_TIMEOUT_MS: '5000' } })
  let begun = false
  handlers.set('deaf', () => {
    begun = true
    return new Promise(() => undefined)
  })
  await first.server.enqueue(work, { word: 'deaf' })
  await until('it runs', () => begun)
  apps.splice(0)
  await first.server.close()
  const { rows } = await database.client.query('select claimed_by, attempt from keelson.jobs')
  assert.deepEqual(rows, [{ claimed_by: null, attempt: 0 }])
})

test('a flood of one kind leaves places to the others', async () => {
  const app = await start({ environment: { KEELSON_JOBS_MAX: '4' } })
  const flood = held('flood')
  let hastyDone = 0
  handlers.set('hasty', () => void hastyDone++)
  for (let n = 0; n < 20; n++) await app.server.enqueue(work, { word: 'flood' })
  await until('the flood runs', () => flood.begun() === 3)
  for (let n = 0; n < 5; n++) await app.server.enqueue(hasty, { word: 'hasty' })
  await until('the others are done', () => hastyDone === 5)
  assert.equal(flood.begun(), 3)
  flood.go()
  await until('all are done', async () => (await numberOf('keelson.jobs_ended')) === 25)
})

test('a job that is cancelled while it runs gets its signal, and ends as cancelled whatever it does', async () => {
  const app = await start()
  const job = held('cancelled')
  const id = await app.server.enqueue(work, { word: 'cancelled' })
  await until('it runs', () => job.begun() === 1)
  const book = new JobBook(connections)
  assert.deepEqual(await book.cancel({ ids: [id] }), [id])
  await until('it is told', () => app.logged.some((line) => line.includes('does not count')))
  assert.equal((await book.show(id))!.state, 'cancelled')
  assert.equal(await numberOf('effects'), 0)
})

test('dead jobs are listed, run again, and set aside', async () => {
  const app = await start()
  const book = new JobBook(connections)
  let works = false
  handlers.set('mended', () => {
    if (!works) throw new Error('not yet')
  })
  handlers.set('hopeless', ({ giveUp }) => giveUp('never'))
  const mended = await app.server.enqueue(work, { word: 'mended' })
  const hopeless = await app.server.enqueue(work, { word: 'hopeless' })
  await until('both are dead', async () => (await book.list({ states: ['dead'], limit: 10 })).length === 2)
  assert.deepEqual(await book.discard({ ids: [hopeless] }), [hopeless])
  assert.deepEqual(
    (await book.list({ limit: 10 })).map(({ id, state, attempt }) => ({ id, state, attempt })),
    [{ id: mended, state: 'dead', attempt: 3 }],
  )
  works = true
  assert.deepEqual(await book.retry({ name: 'work' }), [mended])
  await until('it is done', async () => (await book.show(mended))!.state === 'done')
  assert.deepEqual(await book.retry({ ids: [mended] }), [], 'what is done is done')
  assert.equal((await book.show(hopeless))!.discarded, true)
})

test('how far behind the work is can be asked', async () => {
  const app = await start({ roles: ['http'] })
  await app.server.enqueue(work, { word: 'waits' })
  await app.server.enqueue(work, { word: 'later' }, { delayMs: 3_600_000 })
  await database.client.query(
    "update keelson.jobs set run_at = now() - interval '5 s' where input like '%waits%'",
  )
  const lags = await app.server.jobs.lag()
  const lagOf = (name: string): (typeof lags)[number] => lags.find((one) => one.name === name)!
  const waiting = lagOf('work')
  assert.deepEqual(
    { ...waiting, lagMs: waiting.lagMs >= 5000 && waiting.lagMs < 65_000 },
    {
      name: 'work',
      ready: 1,
      running: 0,
      dead: 0,
      lagMs: true,
    },
  )
  assert.deepEqual(lagOf('hasty'), { name: 'hasty', ready: 0, running: 0, dead: 0, lagMs: 0 })
})

test('a claim whose answer was lost is found by the process itself, and burns no attempt', async () => {
  const app = await start()
  const id = await app.server.enqueue(work, { word: 'lost' }, { delayMs: 3_600_000 })
  await until(
    'the process has a lease',
    async () => (await numberOf("keelson.leases where name like 'jobs:%'")) === 1,
  )
  // What the database does when it gets a claim, and the process hears nothing of it.
  await database.client.query(
    `update keelson.jobs set run_at = now(), attempt = 1, fence = 1,
      claimed_by = (select fence from keelson.leases where name like 'jobs:%')`,
  )
  const { rows } = await until('it is done', async () => {
    const ended = await database.client.query('select id, state, attempt, fence from keelson.jobs_ended')
    return ended.rows.length === 1 && ended
  })
  assert.deepEqual(rows, [{ id, state: 'done', attempt: 1, fence: '2' }])
})
