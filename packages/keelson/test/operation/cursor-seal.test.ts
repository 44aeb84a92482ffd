import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { cursorKey, openCursor, partsOfCursor, sealCursor } from '../../src/operation/cursor-seal.js'

const key = cursorKey(0xfedcba98, Buffer.alloc(32, 1))
const values = ['2026-01-31 12:00:00.123456+00', 'ß ∞ 𝕏']

test('what was sealed is opened, by its key and with its binding alone', () => {
  fc.assert(
    fc.property(
      fc.array(fc.string({ unit: 'grapheme' }), { minLength: 1 }),
      fc.string({ unit: 'grapheme' }),
      fc.string({ unit: 'grapheme' }),
      (list, binding, other) => {
        const parts = partsOfCursor(sealCursor(key, binding, list))!
        assert.equal(parts.keyId, key.id)
        assert.deepEqual(openCursor(key, binding, parts), list)
        if (other !== binding) assert.equal(openCursor(key, other, parts), undefined)
      },
    ),
  )
  const parts = partsOfCursor(sealCursor(key, 'a', values))!
  assert.equal(openCursor(cursorKey(key.id, Buffer.alloc(32, 2)), 'a', parts), undefined)
})

test('a cursor that was changed anywhere is refused', () => {
  const cursor = sealCursor(key, 'list', values)
  for (let at = 0; at < cursor.length; at++) {
    for (const letter of ['A', 'b', '_', '=', ' ']) {
      if (cursor[at] === letter) continue
      const changed = cursor.slice(0, at) + letter + cursor.slice(at + 1)
      const parts = partsOfCursor(changed)
      const opened = parts?.keyId === key.id ? openCursor(key, 'list', parts) : undefined
      assert.equal(opened, undefined, changed)
    }
    const parts = partsOfCursor(cursor.slice(0, at))
    assert.equal(parts && openCursor(key, 'list', parts), undefined)
  }
})

test('the same page has the same cursor, and nothing can be read from it', () => {
  const cursor = sealCursor(key, 'list', values)
  assert.equal(sealCursor(key, 'list', values), cursor)
  assert.ok(!Buffer.from(cursor.slice(3), 'base64url').includes('2026'))
})
