import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import * as z from 'zod'
import { app, type App } from '../../src/app.js'
import { readConfig } from '../../src/config/config.js'
import type { Server } from '../../src/composition/server.js'
import { createServer } from '../../src/create-server.js'
import { event } from '../../src/events/event.js'
import { anyone } from '../../src/operation/access.js'
import { command } from '../../src/operation/command.js'
import { module } from '../../src/operation/module.js'
import { subscriber } from '../../src/operation/subscriber.js'
import { timestampCodec } from '../../src/schema/json-codecs.js'
import { createLog } from '../../src/telemetry/log.js'
import { createTestDatabase, type TestDatabase } from '../support/database.js'
import { caughtUp } from '../support/followed.js'
import { until } from '../support/until.js'

let database: TestDatabase
let server: Server | undefined
beforeEach(async () => {
  database = await createTestDatabase('')
})
afterEach(async () => {
  await server?.close()
  await database.drop()
})

async function start(served: App): Promise<Server> {
  await server?.close()
  server = await createServer(served, {
    databaseUrl: database.url,
    config: readConfig({}),
    log: createLog({ level: 'silent' }),
  })
  return server
}

/** The same event in its first version, and in the third. */
const versions = () => {
  const First = event('note.made', { version: 1, key: (e) => e.id, payload: z.object({ id: z.string() }) })
  const Third = event('note.made', {
    version: 3,
    key: (e) => e.id,
    payload: z.object({ id: z.string(), text: z.string(), at: timestampCodec() }),
    upcast: {
      1: (old: { id: string }) => ({ ...old, text: `note ${old.id}` }),
      2: (old: { id: string; text: string }) => ({ ...old, at: '2026-01-01T00:00:00Z' }),
    },
  })
  return { First, Third }
}

const emitting = (name: string, Made: ReturnType<typeof versions>['First']) =>
  command(name, {
    input: z.object({ id: z.string() }),
    allow: anyone,
    run: ({ input, tx }) => tx.emit(Made, input),
  })

test('events of earlier versions come through the upcasters, step by step, with their values', async () => {
  const { First, Third } = versions()
  const make = emitting('notes.make', First)
  await (
    await start(app({ name: 'old', modules: [module('notes', { First, make })] }))
  ).execute(make, { id: 'a' })
  const got: { id: string; text: string; at: Date }[] = []
  const reader = subscriber('reader', {
    on: [Third],
    from: 'start',
    run: ({ event: { payload } }) => void got.push(payload),
  })
  await caughtUp(await start(app({ name: 'new', modules: [module('notes', { Third, reader })] })))
  assert.deepEqual(got, [{ id: 'a', text: 'note a', at: new Date('2026-01-01T00:00:00Z') }])
})

test('a version that is not known parks its key, and goes on by itself when newer code comes', async () => {
  const { First, Third } = versions()
  const make = command('notes.make3', {
    input: z.object({ id: z.string() }),
    allow: anyone,
    run: ({ input, tx, now }) => tx.emit(Third, { ...input, text: 'new', at: now }),
  })
  const got: string[] = []
  const reader = (on: typeof First) =>
    subscriber('reader', {
      on: [on],
      from: 'start',
      run: ({ event: { payload } }) => void got.push(payload.id),
    })
  const makeOld = emitting('notes.make1', First)
  const old = app({
    name: 'old',
    modules: [module('notes', { First, make, makeOld, reader: reader(First) })],
  })
  const running = await start(old)
  await running.execute(make, { id: 'a' })
  await running.execute(makeOld, { id: 'b' })
  await until('it is parked', async () => (await running.events.lag()).subscribers[0]?.parked === 1)
  await caughtUp(running)
  assert.deepEqual(got, ['b'])
  const { rows } = await database.client.query<{ reason: string; attempts: number }>(
    'select reason, attempts from keelson.event_held_keys',
  )
  assert.deepEqual(rows, [{ reason: 'unknown_version', attempts: 1 }])

  await caughtUp(
    await start(app({ name: 'new', modules: [module('notes', { Third, reader: reader(Third) })] })),
  )
  await until('nothing is held', async () => (await server!.events.lag()).subscribers[0]?.held === 0)
  assert.deepEqual(got, ['b', 'a'])
})

test('a payload that is not as declared any more is parked, never dropped', async () => {
  const { First } = versions()
  const make = emitting('notes.makeAny', First)
  await (
    await start(app({ name: 'old', modules: [module('notes', { First, make })] }))
  ).execute(make, { id: 'a' })
  const Stricter = event('note.made', { version: 1, key: (e) => e.id, payload: z.object({ id: z.uuid() }) })
  const reader = subscriber('reader', { on: [Stricter], from: 'start', run: () => undefined })
  const running = await start(app({ name: 'new', modules: [module('notes', { Stricter, reader })] }))
  await until('it is parked', async () => (await running.events.lag()).subscribers[0]?.parked === 1)
  const { rows } = await database.client.query<{ reason: string }>(
    'select reason from keelson.event_held_keys',
  )
  assert.deepEqual(rows, [{ reason: 'invalid_payload' }])
})

test('subscribers that cannot work are refused when the app starts', async () => {
  const { First, Third } = versions()
  const none = subscriber('no one', { on: [], from: 'start', run: () => undefined })
  const twice = subscriber('twice', { on: [First, Third], from: 'now', run: () => undefined })
  const other = subscriber('twice', {
    on: [First],
    from: 'now',
    retry: { attemptsMax: 0 },
    run: () => undefined,
  })
  const lost = subscriber('lost', { on: [First], from: 'nowhere' as 'now', run: () => undefined })
  await assert.rejects(
    start(app({ name: 'wrong', modules: [module('notes', { none, twice, other, lost })] })),
    (error) => {
      const problems = (error as { details: { problems: string[] } }).details.problems.join('\n')
      for (const each of [
        /`no one` is no name/,
        /takes no events/,
        /Two subscribers are called `twice`/,
        /`note\.made` twice/,
        /attemptsMax/,
        /where it begins/,
      ])
        assert.match(problems, each)
      return true
    },
  )
})
