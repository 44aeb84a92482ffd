import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as z from 'zod'
import { invalidInput } from '../../src/operation/input-errors.js'
import { inputSchema } from '../../src/schema/input-schema.js'
import { parserOf } from '../../src/schema/parser.js'
import { textFields } from '../../src/schema/text-coercion.js'

function errorsOf(schema: z.ZodType, raw: unknown, fromText = false): unknown {
  const parsed = parserOf<unknown>(inputSchema(schema))(raw)
  assert.ok(!(parsed instanceof Promise) && !parsed.ok)
  return invalidInput(parsed.issues, raw, fromText ? textFields(schema) : undefined).details?.['errors']
}

test('every wrong field is named by a JSON Pointer', () => {
  const schema = z.object({ 'a/b': z.object({ '~': z.array(z.int()) }), c: z.string() })
  assert.deepEqual(errorsOf(schema, { 'a/b': { '~': [1, 'x'] }, d: 1 }), [
    { pointer: '/a~1b/~0/1', message: 'Invalid input: expected number, received string' },
    { pointer: '/c', message: 'is required' },
    { pointer: '/d', message: 'is not a known field' },
  ])
})

test('text that does not fit says what would', () => {
  assert.deepEqual(errorsOf(z.object({ limit: z.int() }), { limit: '2x' }, true), [
    { pointer: '/limit', message: 'must be a whole number, not `2x`' },
  ])
})

test('the answer does not grow with what it refuses', () => {
  const many = Object.fromEntries(Array.from({ length: 1000 }, (_, at) => [`f${at}`, 1]))
  assert.equal((errorsOf(z.object({}), many) as unknown[]).length, 100)
  const long = errorsOf(z.object({ limit: z.int() }), { limit: 'x'.repeat(10_000) }, true) as {
    message: string
  }[]
  assert.ok(long[0]!.message.length < 100)
})
