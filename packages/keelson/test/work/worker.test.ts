import assert from 'node:assert/strict'
import { test } from 'node:test'
import { systemScheduler } from '../../src/internal/clock.js'
import { WakeUps } from '../../src/work/wake-ups.js'
import { Worker, type Work } from '../../src/work/worker.js'
import { until } from '../support/until.js'

const LONG_MS = 3_600_000

function start(work: Partial<Work> & Pick<Work, 'runOnce'>): {
  worker: Worker
  wakeUps: WakeUps
  errors: unknown[]
} {
  const wakeUps = new WakeUps()
  const errors: unknown[] = []
  const worker = new Worker(
    { name: 'test', wakeOn: ['topic'], ...work },
    { wakeUps, scheduler: systemScheduler, random: () => 0, onError: (error) => void errors.push(error) },
  )
  worker.start()
  return { worker, wakeUps, errors }
}

test('it looks at once when woken, also when that happens while it looks', async () => {
  let rounds = 0
  let wake: () => void = () => undefined
  const { worker, wakeUps } = start({
    runOnce: async () => {
      if (++rounds === 1) wake()
      return Promise.resolve(LONG_MS)
    },
  })
  wake = () => wakeUps.signal('topic')
  wakeUps.signal('topic')
  await until('it has looked', () => rounds >= 1)
  const before = rounds
  wakeUps.signal('topic')
  await until('it looks again', () => rounds > before)
  await worker.stop()
})

test('it comes again by itself, at once where there is more', async () => {
  let rounds = 0
  const { worker } = start({ runOnce: async () => Promise.resolve(++rounds < 5 ? 0 : 1) })
  await until('it comes again', () => rounds > 6)
  await worker.stop()
})

test('failures are told and survived', async () => {
  let rounds = 0
  const { worker, errors } = start({
    runOnce: async () => {
      if (++rounds <= 3) return Promise.reject(new Error(`gone ${rounds}`))
      return Promise.resolve(LONG_MS)
    },
  })
  await until('it goes on', () => rounds === 4)
  assert.deepEqual(errors.map(String), ['Error: gone 1', 'Error: gone 2', 'Error: gone 3'])
  await worker.stop()
})

test('stopping ends a rest, waits for the round under way, closes, and nothing is begun after', async () => {
  const events: string[] = []
  const { worker } = start({
    runOnce: async (signal) => {
      events.push('begin')
      await new Promise((resolve) => signal.addEventListener('abort', resolve))
      events.push('end')
      return 0
    },
    close: async () => Promise.resolve(void events.push('closed')),
  })
  await until('it runs', () => events.length === 1)
  await worker.stop()
  assert.deepEqual(events, ['begin', 'end', 'closed'])

  const resting = start({ runOnce: async () => Promise.resolve(LONG_MS) })
  await resting.worker.stop()
})
