import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import * as z from 'zod'
import { bigintCodec, dayCodec, timestampCodec } from '../../src/schema/json-codecs.js'
import { encoderOf } from '../../src/schema/output-encoder.js'
import { UnfitSchemaError } from '../../src/schema/zod-rewrite.js'

const at = new Date('2026-02-03T04:05:06.789Z')

/** What leaves, as JSON; the issues where nothing may leave. */
const encode = async (schema: z.ZodType, value: unknown): Promise<unknown> => {
  const result = await encoderOf(schema)(value)
  return result.ok ? result.value : result.issues.map(({ path, message }) => `${path.join('/')}: ${message}`)
}

test('undeclared fields never leave, at any depth', async () => {
  const schema = z.object({
    a: z.int(),
    list: z.array(z.object({ b: z.string() })),
    strict: z.strictObject({ c: z.int() }),
  })
  const value = { a: 1, secret: 's', list: [{ b: 'x', secret: 's' }], strict: { c: 1, secret: 's' } }
  assert.deepEqual(await encode(schema, value), { a: 1, list: [{ b: 'x' }], strict: { c: 1 } })
})

test('codecs are written, also inside of optionals, arrays, unions, records and tuples', async () => {
  const schema = z.object({
    one: timestampCodec(),
    day: dayCodec(),
    big: bigintCodec().nullable(),
    list: z.array(timestampCodec()).min(1),
    union: z.union([timestampCodec(), z.string()]),
    record: z.record(z.string(), timestampCodec()),
    tuple: z.tuple([timestampCodec(), z.int()]),
    missing: timestampCodec().optional(),
  })
  const text = at.toISOString()
  assert.deepEqual(
    await encode(schema, {
      one: at,
      day: at,
      big: 12n,
      list: [at],
      union: at,
      record: { a: at },
      tuple: [at, 1],
    }),
    {
      one: text,
      day: '2026-02-03',
      big: '12',
      list: [text],
      union: text,
      record: { a: text },
      tuple: [text, 1],
    },
  )
})

test('dates and bigints outside of codecs take their text form', async () => {
  assert.deepEqual(await encode(z.object({ at: z.date(), n: z.bigint() }), { at, n: 5n }), {
    at: at.toISOString(),
    n: '5',
  })
})

test('a value that is not as declared is refused, and says where', async () => {
  const issues = (await encode(z.object({ a: z.int(), b: z.array(z.date()) }), {
    a: 'x',
    b: [new Date(Number.NaN)],
  })) as string[]
  assert.match(issues[0]!, /^a: /)
  assert.match(issues[1]!, /^b\/0: /)
})

test('defaults are for readers: a value from a handler must be whole', async () => {
  const schema = z.object({ a: z.int().default(3) })
  assert.deepEqual(await encode(schema, { a: 4 }), { a: 4 })
  assert.equal(((await encode(schema, {})) as string[]).length, 1)
})

test('refinements of an object see decoded values', async () => {
  const schema = z
    .object({ from: timestampCodec(), to: timestampCodec() })
    .refine(({ from, to }) => from.getTime() < to.getTime(), 'from before to')
  const later = new Date(at.getTime() + 1)
  assert.deepEqual(await encode(schema, { from: at, to: later }), {
    from: at.toISOString(),
    to: later.toISOString(),
  })
  assert.deepEqual(await encode(schema, { from: later, to: at }), [': from before to'])
})

test("one's own codecs are checked on their wire side as well", async () => {
  const wrong = z.codec(z.string().min(3), z.int(), { decode: Number, encode: String })
  assert.deepEqual(await encode(wrong, 1234), '1234')
  assert.equal(((await encode(wrong, 12)) as string[]).length, 1)
})

test('one-way transformations are refused when the app starts', () => {
  for (const schema of [z.string().transform(Number), z.preprocess(String, z.string()), z.set(z.int())]) {
    assert.throws(() => encoderOf(z.object({ a: schema })), UnfitSchemaError)
  }
})

test('it writes what z.encode writes', async () => {
  const schema = z.object({
    at: timestampCodec(),
    big: bigintCodec().nullable(),
    lines: z.array(z.object({ day: dayCodec(), n: z.int().optional() })),
  })
  const dates = fc.date({ min: new Date('1900-01-01'), max: new Date('2100-01-01'), noInvalidDate: true })
  const values = fc.record({
    at: dates,
    big: fc.option(fc.bigInt()),
    lines: fc.array(fc.record({ day: dates, n: fc.integer() }, { requiredKeys: ['day'] })),
  })
  await fc.assert(
    fc.asyncProperty(values, async (value) => {
      assert.deepEqual(await encode(schema, value), z.encode(schema, value))
    }),
  )
})
