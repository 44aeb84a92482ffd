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
  return invalidInput(parsed.issues, raw, fromText ? { texts: textFields(schema), isQuery: true } : undefined)
    .details?.['errors']
}

test('every wrong field is named by a JSON Pointer', () => {
  const schema = z.object({ 'a/b': z.object({ '~': z.array(z.int()) }), c: z.string() })
  assert.deepEqual(errorsOf(schema, { 'a/b': { '~': [1, 'x'] }, d: 1 }), [
    { pointer: '/a~1b/~0/1', message: 'Must be a number, not a text.' },
    { pointer: '/c', message: 'Is required.' },
    { pointer: '/d', message: 'Is not a known field.' },
  ])
})

test('text that does not fit says what would', () => {
  assert.deepEqual(errorsOf(z.object({ limit: z.int() }), { limit: '2x' }, true), [
    { pointer: '/limit', message: 'Must be a whole number, not `2x`.' },
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

test('each rule is told in a sentence, and the messages of a schema are its own', () => {
  const schema = z.object({
    empty: z.string().min(1),
    positive: z.int().positive(),
    uuid: z.uuid(),
    colour: z.enum(['red', 'blue']),
    either: z.union([z.string(), z.number()]),
    few: z.array(z.int()).max(1),
    at: z.iso.datetime(),
    dozen: z.number().multipleOf(12),
    a: z.string().regex(/^a/),
    kind: z.discriminatedUnion('of', [z.object({ of: z.literal('x') }), z.object({ of: z.literal('y') })]),
    odd: z.string().refine(() => false),
    own: z.string().refine(() => false, 'Has to rhyme.'),
    ownToo: z.string('A name, please.').min(3, 'Three letters, please.'),
    code: z.string().length(3),
    sure: z.boolean(),
    colourless: z.enum(['red']),
  })
  const raw = {
    empty: '',
    positive: 0,
    uuid: 'x',
    colour: 'green',
    either: true,
    few: [1, 2],
    at: 'noon',
    dozen: 7,
    a: 'b',
    kind: { of: 'z' },
    odd: '',
    own: '',
    ownToo: 'ab',
    code: 'abcd',
    sure: 'yes',
  }
  assert.deepEqual(
    (errorsOf(schema, raw) as { pointer: string; message: string }[]).map(
      ({ pointer, message }) => `${pointer} ${message}`,
    ),
    [
      '/empty Must not be empty.',
      '/positive Must be more than 0.',
      '/uuid Must be a UUID.',
      '/colour Must be `red` or `blue`, not `green`.',
      '/either Must be a text or a number.',
      '/few Must have at most 1 item.',
      '/at Must be a date and time such as `2026-01-31T12:00:00Z` (RFC 3339).',
      '/dozen Must be a multiple of 12.',
      '/a Must match `/^a/`.',
      '/kind/of Must be `x` or `y`.',
      '/odd Is not valid.',
      '/own Has to rhyme.',
      '/ownToo Three letters, please.',
      '/code Must have exactly 3 characters.',
      '/sure Must be `true` or `false`, not a text.',
      '/colourless Is required.',
    ],
  )
})
