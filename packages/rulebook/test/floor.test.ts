import assert from 'node:assert/strict'
import { test } from 'node:test'
import { entries, type Entry } from '../src/index.js'
import { floor } from './floor.js'
import { pending } from './pending.js'

const KINDS = ['pattern', 'sharp-edge', 'validation'] as const

const answeredBy = (kind: Entry['kind']): Set<string> =>
  new Set(
    entries
      .filter((entry) => entry.kind === kind)
      .flatMap(({ title, covers }) => [title, ...covers])
      .map((line) => line.toLowerCase()),
  )

for (const kind of KINDS) {
  test(`each line of the floor of ${kind} is answered by an entry, or is pending`, () => {
    const answered = answeredBy(kind)
    const open = floor[kind].filter((line) => !answered.has(line.toLowerCase()))
    assert.deepEqual(open.toSorted(), pending[kind].toSorted())
  })

  test(`what entries of ${kind} cover is on the floor`, () => {
    const known = new Set(floor[kind])
    const unknown = entries
      .filter((entry) => entry.kind === kind)
      .flatMap(({ id, covers }) => covers.filter((line) => !known.has(line)).map((line) => `${id}: ${line}`))
    assert.deepEqual(unknown, [])
  })
}

test('no line stands on the floor of a kind twice', () => {
  for (const kind of KINDS) assert.equal(new Set(floor[kind]).size, floor[kind].length, kind)
})
