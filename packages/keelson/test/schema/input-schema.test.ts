import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as z from 'zod'
import { inputSchema } from '../../src/schema/input-schema.js'
import { parserOf, type Parsed } from '../../src/schema/parser.js'
import { UnfitSchemaError } from '../../src/schema/zod-rewrite.js'

const parse = (schema: z.ZodType, value: unknown): Parsed<unknown> => {
  const parsed = parserOf<unknown>(inputSchema(schema))(value)
  assert.ok(!(parsed instanceof Promise))
  return parsed
}
const issuesOf = (schema: z.ZodType, value: unknown): unknown[] => {
  const parsed = parse(schema, value)
  return parsed.ok ? [] : parsed.issues.map(({ code, path, keys }) => [code, path.join('/'), ...(keys ?? [])])
}

test('unknown fields are refused at every depth', () => {
  const schema = z.object({
    lines: z.array(z.object({ sku: z.string() })),
    address: z.object({ city: z.string() }).optional(),
    either: z.union([z.object({ a: z.int() }), z.object({ b: z.int() })]).optional(),
  })
  assert.deepEqual(issuesOf(schema, { lines: [{ sku: 'a' }] }), [])
  assert.deepEqual(issuesOf(schema, { lines: [{ sku: 'a', x: 1 }], address: { city: 'b', y: 1 }, z: 1 }), [
    ['unrecognized_keys', 'lines/0', 'x'],
    ['unrecognized_keys', 'address', 'y'],
    ['unrecognized_keys', '', 'z'],
  ])
  assert.deepEqual(issuesOf(schema, { lines: [], either: { b: 1, a: 'x' } })[0], [
    'unrecognized_keys',
    'either',
    'a',
  ])
})

test('both sides of an intersection know their fields', () => {
  const schema = z.intersection(z.object({ a: z.int() }), z.object({ b: z.int() }))
  assert.deepEqual(issuesOf(schema, { a: 1, b: 2 }), [])
  assert.equal(issuesOf(schema, { a: 1, b: 2, c: 3 }).length, 1)
})

test('objects that say they are open stay open', () => {
  assert.deepEqual(issuesOf(z.looseObject({ a: z.int() }), { a: 1, b: 2 }), [])
  assert.deepEqual(issuesOf(z.object({ a: z.int() }).catchall(z.int()), { a: 1, b: 2 }), [])
})

test('refinements, defaults and transformations of the declared schema are kept', () => {
  const schema = z
    .object({ a: z.int().default(3), b: z.string().transform((text) => text.length) })
    .refine(({ a, b }) => a < b, 'a must be less than b')
  assert.deepEqual(parse(schema, { b: 'four' }), { ok: true, value: { a: 3, b: 4 } })
  assert.deepEqual(issuesOf(schema, { a: 9, b: 'four' }), [['custom', '']])
})

test('dates and bigints come as text, and keep their bounds', () => {
  const schema = z.object({ at: z.date().min(new Date('2026-01-01')), big: z.bigint().positive().optional() })
  assert.deepEqual(parse(schema, { at: '2026-02-03T04:05:06+01:00', big: '12345678901234567890' }), {
    ok: true,
    value: { at: new Date('2026-02-03T03:05:06Z'), big: 12345678901234567890n },
  })
  assert.deepEqual(issuesOf(schema, { at: '2025-02-03T04:05:06Z' }), [['too_small', 'at']])
  assert.deepEqual(issuesOf(schema, { at: 'yesterday' }), [['invalid_format', 'at']])
  assert.deepEqual(issuesOf(schema, { at: 1700000000000 }), [['invalid_type', 'at']])
})

test('a caller in the process may give the declared type itself', () => {
  const at = new Date('2026-02-03T04:05:06.789Z')
  assert.deepEqual(parse(z.object({ at: z.date(), big: z.bigint() }), { at, big: 7n }), {
    ok: true,
    value: { at, big: 7n },
  })
})

test('what a codec yields is not mistaken for what is sent', () => {
  const codec = z.codec(z.string(), z.date(), {
    decode: (text) => new Date(text),
    encode: (date) => date.toISOString(),
  })
  assert.deepEqual(parse(z.object({ at: codec }), { at: '2026-01-01' }), {
    ok: true,
    value: { at: new Date('2026-01-01') },
  })
})

test('recursive schemas are strict as well', () => {
  interface Tree {
    name: string
    children: Tree[]
  }
  const Lazy: z.ZodType<Tree> = z.object({ name: z.string(), children: z.lazy(() => z.array(Lazy)) })
  const Getter = z.object({
    name: z.string(),
    get children() {
      return z.array(Getter)
    },
  })
  for (const schema of [Lazy, Getter]) {
    assert.deepEqual(issuesOf(schema, { name: 'a', children: [{ name: 'b', children: [] }] }), [])
    assert.equal(
      issuesOf(schema, {
        name: 'a',
        children: [{ name: 'b', children: [{ name: 'c', children: [], x: 1 }] }],
      }).length,
      1,
    )
  }
})

test('asynchronous refinements are awaited', async () => {
  const schema = z.object({ a: z.string().refine(async (text) => Promise.resolve(text === 'yes')) })
  const run = parserOf<unknown>(inputSchema(schema))
  assert.equal((await run({ a: 'yes' })).ok, true)
  assert.equal((await run({ a: 'no' })).ok, false)
})

test('what JSON cannot carry is refused with what to use instead', () => {
  for (const schema of [z.map(z.string(), z.int()), z.set(z.int()), z.symbol(), z.file()]) {
    assert.throws(() => inputSchema(z.object({ field: z.array(schema).optional() })), UnfitSchemaError)
  }
})

test('other Standard Schemas are taken as they are', async () => {
  const schema = {
    '~standard': {
      version: 1 as const,
      vendor: 'mine',
      validate: (value: unknown) =>
        value === 1 ? { value: 2 } : { issues: [{ message: 'must be 1', path: [{ key: 'a' }, 'b'] }] },
    },
  }
  const run = parserOf<number>(inputSchema(schema))
  assert.deepEqual(await run(1), { ok: true, value: 2 })
  assert.deepEqual(await run(3), { ok: false, issues: [{ message: 'must be 1', path: ['a', 'b'] }] })
})
