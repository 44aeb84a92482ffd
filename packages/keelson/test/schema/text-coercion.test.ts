import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as z from 'zod'
import { textFields } from '../../src/schema/text-coercion.js'

const read = (field: z.ZodType, text: string | string[]): unknown => {
  const coerce = textFields(z.object({ field })).get('field')?.coerce
  return coerce === undefined ? text : coerce(text)
}

test('text becomes what the declared type asks for', () => {
  assert.equal(read(z.int(), '20'), 20)
  assert.equal(read(z.number().optional(), '-1.5e3'), -1500)
  assert.equal(read(z.int().min(1).default(5), '7'), 7)
  assert.equal(read(z.boolean(), 'true'), true)
  assert.equal(read(z.boolean().nullable(), 'false'), false)
  assert.equal(read(z.literal([1, 2]), '2'), 2)
  assert.equal(read(z.union([z.int(), z.boolean()]), 'true'), true)
  assert.deepEqual(read(z.array(z.int()), ['1', '2']), [1, 2])
  assert.deepEqual(read(z.array(z.string()), 'a'), ['a'])
})

test('text stays where text is declared, and where it does not fit', () => {
  assert.equal(read(z.string(), '20'), '20')
  assert.equal(read(z.enum(['1', '2']), '2'), '2')
  assert.equal(read(z.union([z.string(), z.int()]), '2'), '2')
  for (const text of ['2x', '', ' 2', '0x10', 'Infinity', '1_000', '+5'])
    assert.equal(read(z.number(), text), text)
  for (const text of ['1', 'TRUE', 'yes', '']) assert.equal(read(z.boolean(), text), text)
  assert.deepEqual(read(z.int(), ['1', '2']), ['1', '2'])
})

test('what was expected is told in words', () => {
  const fields = textFields(
    z.object({ whole: z.int().max(5), real: z.number(), flag: z.boolean(), text: z.string() }),
  )
  assert.equal(fields.get('whole')?.expectation, 'a whole number')
  assert.equal(fields.get('real')?.expectation, 'a number')
  assert.equal(fields.get('flag')?.expectation, '`true` or `false`')
  assert.equal(fields.has('text'), false)
})
