import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { systemScheduler } from '../../src/internal/clock.js'
import { WakeUpLine } from '../../src/work/wake-up-line.js'
import { WakeUps } from '../../src/work/wake-ups.js'
import { createTestDatabase, type TestDatabase } from '../support/database.js'
import { until } from '../support/until.js'

let database: TestDatabase
before(async () => (database = await createTestDatabase('')))
after(() => database.drop())

interface Side {
  readonly wakeUps: WakeUps
  readonly heard: string[]
  readonly errors: unknown[]
  stop(): void
}

function open(topics: readonly string[]): Side {
  const wakeUps = new WakeUps()
  const heard: string[] = []
  const errors: unknown[] = []
  for (const topic of topics) wakeUps.on(topic, () => void heard.push(topic))
  const line = new WakeUpLine({
    url: database.url,
    wakeUps,
    listens: true,
    scheduler: systemScheduler,
    random: Math.random,
    onError: (error) => void errors.push(error),
  })
  wakeUps.connect(line)
  line.start()
  return { wakeUps, heard, errors, stop: () => line.stop() }
}

/** Everyone looks once when their line opens: from here on only signals are heard. */
const opened = (side: Side): Promise<unknown> => until('the line opens', () => side.heard.length > 0)

test('a signal wakes its own process at once and others soon, each only for its topics', async () => {
  const [left, right] = [open(['orders', 'mine']), open(['orders', 'theirs'])]
  try {
    await Promise.all([opened(left), opened(right)])
    left.heard.length = right.heard.length = 0
    left.wakeUps.signal('orders')
    assert.deepEqual(left.heard, ['orders'])
    await until('the other hears', () => right.heard.length > 0)
    right.wakeUps.signal('orders')
    await until('it is answered', () => left.heard.length === 2)
    assert.deepEqual(right.heard, ['orders', 'orders'])
  } finally {
    left.stop()
    right.stop()
  }
})

test('many signals become few notifications', async () => {
  const [left, right] = [open([]), open(['busy'])]
  try {
    await opened(right)
    right.heard.length = 0
    for (let times = 0; times < 1000; times++) left.wakeUps.signal('busy')
    await until('the other hears', () => right.heard.length > 0)
    left.wakeUps.signal('busy')
    await until('the other hears the last', () => right.heard.length > 1)
    assert.ok(right.heard.length <= 3, `${right.heard.length} notifications`)
  } finally {
    left.stop()
    right.stop()
  }
})

test('a line that is cut opens again; then everyone looks, and signals arrive as before', async () => {
  const [left, right] = [open([]), open(['orders'])]
  try {
    await opened(right)
    right.heard.length = 0
    await database.client.query(
      "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'keelson wake-ups' and datname = current_database()",
    )
    await until('it looks again', () => right.heard.length === 1)
    assert.equal(right.errors.length, 1)
    left.wakeUps.signal('orders')
    await until('a signal arrives', () => right.heard.length > 1)
  } finally {
    left.stop()
    right.stop()
  }
})
