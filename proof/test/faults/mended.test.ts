/** A fault leaves nothing broken, also when it is broken off wherever it waits. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FAULTS } from '../../src/faults/all.js'
import { seededRandom } from '../seeded-random.js'
import { stubWorld } from './stub-world.js'

/** These act on the database itself. */
const acting = FAULTS.filter(({ part }) => part === 'apps' || part === 'postgres' || part === 'proxy').filter(
  ({ name }) => name !== 'disk-full',
)
const SEEDS = 20
const PAUSES_MAX = 3

test('names are unique and say what is broken', () => {
  assert.equal(new Set(FAULTS.map(({ name }) => name)).size, FAULTS.length)
  for (const { name, what, part } of FAULTS) {
    assert.match(name, /^[a-z]+(-[a-z0-9]+)*$/i)
    assert.match(what, /^[A-Z].*\.$/s, name)
    assert.notEqual(part, undefined, name)
  }
})

for (const fault of acting)
  test(`${fault.name} breaks something and mends it, also when it is broken off`, async () => {
    for (let seed = 0; seed < SEEDS; seed++) {
      const whole = stubWorld(async () => undefined)
      await fault.run(whole, seededRandom(seed))
      assert.ok(whole.seen.size > 0, 'nothing was broken')
      assert.deepEqual(whole.broken(), [])
      for (let left = 0; left < PAUSES_MAX; left++) {
        let pauses = left
        const torn = stubWorld(async () => {
          if (pauses-- === 0) throw new Error('broken off')
        })
        await fault.run(torn, seededRandom(seed)).catch((error: unknown) => {
          assert.match(String(error), /broken off/)
        })
        assert.deepEqual(torn.broken(), [])
      }
    }
  })

test('a seed repeats what a fault does', async () => {
  for (const fault of acting) {
    const [first, second] = [stubWorld(async () => undefined), stubWorld(async () => undefined)]
    await fault.run(first, seededRandom(7))
    await fault.run(second, seededRandom(7))
    assert.deepEqual([...first.seen], [...second.seen], fault.name)
  }
})
