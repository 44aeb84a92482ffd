import assert from 'node:assert/strict'
import { test } from 'node:test'
import { KeyMemory } from '../../src/auth/key-memory.js'
import type { KeyFinding } from '../../src/auth/key-store.js'
import { VirtualTime } from '../support/virtual-time.js'
import { Seeded } from '../support/seeded.js'

const finding = (hash: string, given: Partial<KeyFinding> = {}): KeyFinding => ({
  id: `id of ${hash}`,
  hash,
  actor: { id: 'a', scopes: [] },
  addresses: [],
  isRevoked: false,
  remainingMs: null,
  ...given,
})

function world() {
  const time = new VirtualTime(new Seeded(1))
  const stored = new Map<string, KeyFinding>()
  const state = { questions: [] as (readonly string[])[], touched: [] as string[], errors: 0, isAway: false }
  const memory = new KeyMemory({
    keys: {
      find: async (hashes) => {
        state.questions.push(hashes)
        if (state.isAway) throw new Error('away')
        return Promise.resolve(hashes.flatMap((hash) => stored.get(hash) ?? []))
      },
      touch: async (ids) => Promise.resolve(void state.touched.push(...ids)),
    },
    scheduler: time,
    nowMs: () => time.now(),
    onError: () => state.errors++,
  })
  /** Lets time go on, using the key every 100 ms where it is given. */
  const pass = async (ms: number, used?: string): Promise<void> => {
    for (let passed = 0; passed < ms; passed += 100) {
      if (used !== undefined) memory.recall(used)
      let isOver = false
      time.after(100, () => (isOver = true))
      await time.run(() => isOver, 1000)
    }
  }
  return { stored, state, memory, pass }
}

test('keys that come at once are asked for together, each once', async () => {
  const { stored, state, memory } = world()
  for (const hash of ['a', 'b', 'c']) stored.set(hash, finding(hash))
  const found = await Promise.all(['a', 'b', 'b', 'c', 'x', 'c'].map((hash) => memory.find(hash)))
  assert.deepEqual(
    found.map((each) => each?.hash),
    ['a', 'b', 'b', 'c', undefined, 'c'],
  )
  assert.deepEqual(state.questions, [['a'], ['b', 'c', 'x']])
})

test('a key in use is never asked for by a request again', async () => {
  const { stored, state, memory, pass } = world()
  stored.set('a', finding('a'))
  await memory.find('a')
  for (let times = 0; times < 300; times++) {
    await pass(100, 'a')
    assert.ok(memory.recall('a'), `after ${times} times`)
  }
  assert.ok(state.questions.length <= 16, 'one question in two seconds')
})

test('a key that is revoked or gone is known as such within five seconds, in use or not', async () => {
  for (const used of ['a', undefined]) {
    for (const isGone of [true, false]) {
      const { stored, memory, pass } = world()
      stored.set('a', finding('a'))
      await memory.find('a')
      await pass(1900, used)
      if (isGone) stored.delete('a')
      else stored.set('a', finding('a', { isRevoked: true }))
      await pass(5000, used)
      const known = memory.recall('a')
      assert.ok(known === undefined || known.isRevoked)
    }
  }
})

test('while the database is away nothing is believed for longer, and the failure is told', async () => {
  const { stored, state, memory, pass } = world()
  stored.set('a', finding('a'))
  await memory.find('a')
  state.isAway = true
  await pass(4400, 'a')
  assert.ok(memory.recall('a'))
  await pass(100, 'a')
  assert.equal(memory.recall('a'), undefined)
  assert.ok(state.errors > 0)
  await assert.rejects(memory.find('a'), /away/)
  state.isAway = false
  assert.ok(await memory.find('a'))
})

test('a key that expires is not believed beyond that', async () => {
  const { stored, memory, pass } = world()
  stored.set('a', finding('a', { remainingMs: 1000 }))
  await memory.find('a')
  await pass(900, 'a')
  assert.ok(memory.recall('a'))
  await pass(100, 'a')
  assert.equal(memory.recall('a'), undefined)
  stored.set('a', finding('a', { remainingMs: -1 }))
  await memory.find('a')
  assert.ok(memory.recall('a'), 'that it has expired is remembered')
})

test('the use of a key is written down once a minute, and at the end', async () => {
  const { stored, state, memory, pass } = world()
  for (const hash of ['a', 'b']) stored.set(hash, finding(hash))
  await memory.find('a')
  await pass(50_000, 'a')
  assert.deepEqual(state.touched, ['id of a'])
  await pass(15_000, 'a')
  assert.deepEqual(state.touched, ['id of a', 'id of a'])
  await memory.find('b')
  await memory.stop()
  assert.equal(state.touched.at(-1), 'id of b')
})
