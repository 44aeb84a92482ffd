import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import {
  hasty,
  handlers,
  JOBS_SCRIPT,
  leaveEffect,
  place,
  startJobsApp,
  work,
  type JobsApp,
} from '../support/jobs-app.js'
import { createTestDatabase, type TestDatabase } from '../support/database.js'
import { until } from '../support/until.js'

let database: TestDatabase
let app: JobsApp
before(async () => {
  database = await createTestDatabase(JOBS_SCRIPT)
  app = await startJobsApp(database.url)
})
after(async () => {
  await app.server.close()
  await database.drop()
})

interface Ended {
  readonly state: string
  readonly attempt: number
  readonly error: string | null
  readonly input: string | null
}

const endOf = async (id: string): Promise<Ended | undefined> => {
  const { rows } = await database.client.query<Ended>(
    'select state, attempt, error, input from keelson.jobs_ended where id = $1',
    [id],
  )
  return rows[0]
}
const ended = (id: string): Promise<Ended> => until(`job ${id} ends`, () => endOf(id))

const effectsOf = async (word: string): Promise<number> => {
  const { rows } = await database.client.query<{ n: number }>(
    'select count(*)::int as n from effects where word = $1',
    [word],
  )
  return rows[0]!.n
}

test('a job that a command hands over is done once the command is committed, and not if it is refused', async () => {
  const { jobs } = await app.server.execute(place, { words: ['plain'] })
  assert.deepEqual(await ended(jobs[0]!), { state: 'done', attempt: 1, error: null, input: null })
  assert.equal(await effectsOf('plain'), 1)

  await assert.rejects(app.server.execute(place, { words: ['refused'], refuse: true }), { code: 'refused' })
  const { rows } = await database.client.query("select 1 from keelson.jobs where input like '%refused%'")
  assert.equal(rows.length, 0)
})

test('a job may be handed over outside of commands, and its time may be later', async () => {
  const id = await app.server.enqueue(work, { word: 'outside' })
  assert.equal((await ended(id)).state, 'done')
  const later = await app.server.enqueue(work, { word: 'later' }, { delayMs: 3_600_000 })
  const { rows } = await database.client.query<{ waits: boolean }>(
    "select run_at between now() + interval '59 minutes' and now() + interval '1 hour' as waits from keelson.jobs where id = $1",
    [later],
  )
  assert.deepEqual(rows, [{ waits: true }])
  const soon = await app.server.enqueue(work, { word: 'soon' }, { delayMs: 30 })
  assert.equal((await ended(soon)).state, 'done')
  const past = await app.server.enqueue(work, { word: 'past' }, { runAt: new Date(1000) })
  assert.equal((await ended(past)).state, 'done')
})

test('an attempt that fails is followed by another, and a command that both execute takes effect once', async () => {
  handlers.set('twice afterwards', ({ attempt }) => {
    if (attempt === 1) throw new Error('after the effect')
  })
  const id = await app.server.enqueue(work, { word: 'twice' })
  const { state, attempt } = await ended(id)
  assert.deepEqual([state, attempt], ['done', 2])
  assert.equal(await effectsOf('twice'), 1)
})

test('a job that fails each time is dead, with its error and its input', async () => {
  handlers.set('poison', () => {
    throw new Error('never')
  })
  const id = await app.server.enqueue(work, { word: 'poison' })
  const { state, attempt, error, input } = await ended(id)
  assert.deepEqual([state, attempt, input], ['dead', 3, '{"word":"poison"}'])
  assert.match(error!, /^Error: never\n/)
})

test('a handler may give up at once', async () => {
  handlers.set('hopeless', ({ giveUp }) => giveUp('There is no such order.'))
  const id = await app.server.enqueue(work, { word: 'hopeless' })
  assert.deepEqual(await ended(id), {
    state: 'dead',
    attempt: 1,
    error: 'There is no such order.',
    input: '{"word":"hopeless"}',
  })
})

test('whatever is thrown becomes a text', async () => {
  // eslint-disable-next-line typescript/prefer-promise-reject-errors -- libraries do so
  handlers.set('odd', () => Promise.reject({ toString: () => 'nul\0 and half a pair \ud800' }))
  const { state, error } = await ended(await app.server.enqueue(work, { word: 'odd' }))
  assert.deepEqual([state, error], ['dead', 'nul and half a pair \ufffd'])
})

test('an attempt whose time is over gets its signal, and counts as failed', async () => {
  const reasons: unknown[] = []
  handlers.set(
    'slow',
    ({ signal }) =>
      new Promise((_resolve, reject) =>
        signal.addEventListener('abort', () => {
          reasons.push(signal.reason)
          reject(new Error('told to end'))
        }),
      ),
  )
  const { state, attempt, error } = await ended(await app.server.enqueue(hasty, { word: 'slow' }))
  assert.deepEqual([state, attempt], ['dead', 2])
  assert.match(error!, /took longer than 50 ms/)
  assert.equal(reasons.length, 2)
})

test('a step that another attempt takes with another input is refused by name', async () => {
  handlers.set('fickle', async ({ attempt, execute }) => {
    await execute(leaveEffect, { word: 'fickle', attempt })
    throw new Error('again')
  })
  const { error } = await ended(await app.server.enqueue(work, { word: 'fickle' }))
  assert.match(error!, /`work` executes `effects.leave` with another input than an earlier attempt did/)
  assert.equal(await effectsOf('fickle'), 1)
})

test('a job goes on with the trace of the request that handed it over', async () => {
  const seen = new Promise<string | undefined>((resolve) =>
    handlers.set('traced', ({ traceparent }) => resolve(traceparent)),
  )
  const response = await app.server.inject({
    method: 'POST',
    url: '/orders',
    headers: { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' },
    payload: { words: ['traced'] },
  })
  assert.equal(response.statusCode, 200, response.body)
  assert.match((await seen)!, /^00-0af7651916cd43dd8448eb211c80319c-(?!b7ad6b7169203331)[0-9a-f]{16}-01$/)
})

test('a job that no module lists is refused where it is handed over', async () => {
  const { job } = await import('../../src/operation/job.js')
  const z = await import('zod')
  const unlisted = job('unlisted', { input: z.object({}), run: () => undefined })
  await assert.rejects(app.server.enqueue(unlisted, {}), { code: 'invalid_use', message: /no module/ })
})
