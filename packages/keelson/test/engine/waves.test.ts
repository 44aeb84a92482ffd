/** How reads gather into waves: on a scheduler and a store that the test holds in its hand. */
import assert from 'node:assert/strict'
import { beforeEach, test } from 'node:test'
import type { Store } from '../../src/engine/port.js'
import { Waves } from '../../src/engine/waves.js'
import type { Scheduler } from '../../src/internal/clock.js'
import type { TableInfo, Tuple } from '../../src/schema/table.js'

const TABLE = {} as TableInfo

let turns: (() => void)[]
let timers: Set<() => void>
let sent: { readonly keys: readonly string[]; end(): void }[]
let waves: Waves
let store: Store
let scheduler: Scheduler
let nowMs: number

beforeEach(() => {
  turns = []
  timers = new Set()
  sent = []
  nowMs = 0
  scheduler = {
    soon: (work) => void turns.push(work),
    after: (_delayMs, work) => {
      timers.add(work)
      return () => timers.delete(work)
    },
  }
  const readRows: Store['readRows'] = (_table, keys) =>
    new Promise((resolve) => {
      const end = (): void => resolve(new Map<string, Tuple>(keys.map((key) => [key, [key]])))
      sent.push({ keys, end })
    })
  store = { readRows } as Store
  waves = new Waves(store, scheduler)
})

/** What is ready runs, and all promises settle. */
async function turn(): Promise<void> {
  for (const work of turns.splice(0)) work()
  await new Promise(setImmediate)
}

/** Time passes, as far as the next timer. */
async function later(): Promise<void> {
  for (const work of timers) {
    timers.delete(work)
    work()
  }
  await turn()
}

const want = (...keys: string[]): Promise<(Tuple | null)[]> =>
  Promise.all(keys.map((key) => Promise.resolve(waves.row(TABLE, key))))

const sentKeys = (): string[] => sent.map(({ keys }) => keys.join())

test('reads of one moment are one wave, equal ones one read', async () => {
  const found = want('a', 'b', 'a')
  await turn()
  assert.deepEqual(sentKeys(), ['a,b'])
  sent[0]!.end()
  assert.deepEqual(await found, [['a'], ['b'], ['a']])
})

test('a lone read sets no timer', async () => {
  void want('a')
  await turn()
  assert.equal(timers.size, 0)
})

test('what is wanted while a wave is under way gathers until its end', async () => {
  void want('a')
  await turn()
  void want('b')
  await turn()
  void want('c')
  await turn()
  assert.deepEqual(sentKeys(), ['a'])
  sent[0]!.end()
  await turn()
  await turn()
  assert.deepEqual(sentKeys(), ['a', 'b,c'])
  assert.equal(timers.size, 0)
})

test('a slow wave holds the next one back for a moment only', async () => {
  void want('slow')
  await turn()
  const others = want('b', 'c')
  await turn()
  await later()
  assert.deepEqual(sentKeys(), ['slow', 'b,c'])
  sent[1]!.end()
  assert.deepEqual(await others, [['b'], ['c']])
})

test('behind a slow wave reads go on, one wave after the other', async () => {
  void want('slow')
  await turn()
  void want('b')
  await turn()
  await later()
  void want('c')
  await turn()
  assert.deepEqual(sentKeys(), ['slow', 'b'])
  sent[1]!.end()
  await turn()
  await turn()
  assert.deepEqual(sentKeys(), ['slow', 'b', 'c'])
})

const OTHER = {} as TableInfo

test('waves of a table that is known to be slow leave a connection to the others', async () => {
  waves = new Waves(store, scheduler, { clock: { now: () => nowMs }, connections: 2 })
  void want('slow')
  await turn()
  nowMs += 200
  sent[0]!.end()
  await turn()
  void waves.row(OTHER, 'slow too')
  await turn()
  nowMs += 200
  sent[1]!.end()
  await turn()
  void want('a')
  await turn()
  void want('b')
  void waves.row(OTHER, 'c')
  await turn()
  await later()
  assert.deepEqual(sentKeys(), ['slow', 'slow too', 'a'])
  void waves.row({} as TableInfo, 'quick')
  await turn()
  assert.deepEqual(sentKeys().slice(3), ['quick'])
  sent[2]!.end()
  await turn()
  await turn()
  assert.equal(sent.length, 6)
})

test('a second wave does not take the last connection', async () => {
  waves = new Waves(store, scheduler, { connections: 2 })
  void want('a')
  await turn()
  void want('b')
  await turn()
  await later()
  assert.deepEqual(sentKeys(), ['a'])
  sent[0]!.end()
  await turn()
  await turn()
  assert.deepEqual(sentKeys(), ['a', 'b'])
})

test('waves that took seconds become smaller', async () => {
  waves = new Waves(store, scheduler, { clock: { now: () => nowMs } })
  void want('a', 'b', 'c', 'd')
  await turn()
  nowMs += 4000
  sent[0]!.end()
  await turn()
  void want('e', 'f')
  await turn()
  assert.deepEqual(sentKeys().slice(1), ['e'])
})
