import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { Attempt } from '../../src/engine/attempt.js'
import { Recorder, Replay } from '../../src/engine/playback.js'
import type { Source } from '../../src/engine/run.js'
import { systemClock, systemScheduler } from '../../src/internal/clock.js'
import { INFOS } from '../support/model/tables.js'

const table = INFOS.rows

/** A source that answers when it is told to, and what was asked of it. */
class Slow implements Source {
  readonly #held = new Map<string, () => void>()

  row(_: typeof table, key: string): Promise<readonly string[]> {
    return new Promise((resolve) => this.#held.set(key, () => resolve([key, '0'])))
  }

  shaped(): never {
    throw new Error('no lists here')
  }

  async answer(key: string): Promise<void> {
    this.#held.get(key)!()
    await pause(2)
  }
}

const replayOf = (recorder: Recorder): Replay =>
  new Replay(recorder, new Attempt(), { scheduler: systemScheduler, clock: systemClock })

/** Notes the order of the answers. */
const noting =
  (source: Source, order: string[]) =>
  async (key: string): Promise<void> => {
    await source.row(table, key)
    order.push(key)
  }

test('an answer that came late comes late again, also when those before it are asked for later', async () => {
  const slow = new Slow()
  const recorder = new Recorder(slow, systemClock)
  const [first, second]: [string[], string[]] = [[], []]
  const reading = [noting(recorder, first)('late'), noting(recorder, first)('early')]
  await slow.answer('early')
  await slow.answer('late')
  await Promise.all(reading)
  const read = noting(replayOf(recorder), second)
  const late = read('late')
  await pause(10)
  await Promise.all([late, read('early')])
  assert.deepEqual(
    [first, second],
    [
      ['early', 'late'],
      ['early', 'late'],
    ],
  )
})

test('a read that is not asked for again holds the others back for a moment only', async () => {
  const slow = new Slow()
  const recorder = new Recorder(slow, systemClock)
  const reading = [noting(recorder, [])('dropped'), noting(recorder, [])('kept')]
  await slow.answer('dropped')
  await slow.answer('kept')
  await Promise.all(reading)
  const order: string[] = []
  const read = noting(replayOf(recorder), order)
  await read('kept')
  // Asked for again, it is told at once: nothing stands before it.
  await read('kept')
  assert.deepEqual(order, ['kept', 'kept'])
})
