/** Values that fit a JSON Schema, and values that hardly any schema wants. */
import fc from 'fast-check'

export type Schema = Readonly<Record<string, unknown>>
type Values = fc.Arbitrary<unknown>

const DEPTH_MAX = 6

/** Values of a schema of `document`; where it says more than we read, most of them still fit. */
export function fitting(schema: unknown, document: object, known: readonly string[], depth = 0): Values {
  const node = resolved(schema, document)
  const inner = (part: unknown): Values => fitting(part, document, known, depth + 1)
  if ('const' in node) return fc.constant(node['const'])
  if (Array.isArray(node['enum'])) return fc.constantFrom(...(node['enum'] as unknown[]))
  const choices = (node['anyOf'] ?? node['oneOf']) as unknown[] | undefined
  if (choices !== undefined) return fc.oneof(...choices.map(inner))
  const [type] = [node['type']].flat()
  if (depth > DEPTH_MAX && (type === 'object' || type === 'array'))
    return fc.constant(type === 'array' ? [] : {})
  switch (type) {
    case 'object': {
      const properties = Object.entries((node['properties'] ?? {}) as Record<string, unknown>)
      const model = Object.fromEntries(properties.map(([name, part]) => [name, inner(part)]))
      return fc.record(model, {
        requiredKeys: ((node['required'] ?? []) as string[]).filter((name) => name in model),
      })
    }
    case 'array':
      return fc.array(inner(node['items'] ?? {}), {
        minLength: Number(node['minItems'] ?? 0),
        maxLength: Math.max(Number(node['minItems'] ?? 0), Math.min(4, Number(node['maxItems'] ?? 4))),
      })
    case 'string':
      return texts(node, known)
    case 'integer': {
      const min = Math.max(
        Number(node['minimum'] ?? Number(node['exclusiveMinimum'] ?? -1e6) + 1),
        -(2 ** 53),
      )
      return fc.integer({ min, max: Math.min(Number(node['maximum'] ?? min + 1e6), 2 ** 31 - 1) })
    }
    case 'number':
      return fc.double({ noNaN: true, noDefaultInfinity: true })
    case 'boolean':
      return fc.boolean()
    case 'null':
      return fc.constant(null)
    default:
      return fc.jsonValue()
  }
}

function texts(node: Schema, known: readonly string[]): Values {
  if (node['format'] === 'uuid' || node['format'] === 'guid') return fc.uuid()
  if (node['format'] === 'email') return fc.constantFrom('someone@example.com', 'a+b@example.org')
  if (node['format'] === 'date-time') {
    const range = { min: new Date('1900-01-01'), max: new Date('2100-01-01'), noInvalidDate: true }
    return fc.date(range).map((date) => date.toISOString())
  }
  if (typeof node['pattern'] === 'string') return fc.stringMatching(new RegExp(node['pattern'], 'u'))
  const minLength = Number(node['minLength'] ?? 0)
  const any = fc.string({
    unit: 'grapheme',
    minLength,
    maxLength: Math.min(40, Number(node['maxLength'] ?? 40)),
  })
  return fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...known) }, { weight: 1, arbitrary: any })
}

export function resolved(schema: unknown, document: object): Schema {
  if (typeof schema !== 'object' || schema === null) return {}
  const reference = (schema as Schema)['$ref']
  if (typeof reference !== 'string') return schema as Schema
  let at: unknown = document
  for (const part of reference.split('/').slice(1)) at = (at as Record<string, unknown> | undefined)?.[part]
  return resolved(at, document)
}

const SPECIAL: readonly unknown[] = [
  null,
  true,
  false,
  0,
  -1,
  1.5,
  1e308,
  2 ** 31,
  2 ** 53,
  -(2 ** 63),
  '',
  ' ',
  '0',
  '-1',
  '1e400',
  'NaN',
  'Infinity',
  'null',
  '\u0000',
  'a\u0000b',
  '\ud800',
  '\udfff\ud800',
  '\u202e\u200b\ufeff',
  '𝕏'.repeat(100),
  'x'.repeat(10_000),
  'ß'.repeat(70_000),
  "'; drop table items; --",
  '${7*7}{{7*7}}<script>alert(1)</script>',
  '../../../etc/passwd',
  '2026-13-45T99:99:99Z',
  '0000-00-00',
  '-271821-04-20T00:00:00.000Z',
  '+275760-09-13T00:00:00.000Z',
  '9999-12-31T23:59:60Z',
  '0001-01-01T00:00:00+23:59',
  'FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF',
  '00000000-0000-0000-0000-000000000000',
  '{00000000-0000-0000-0000-000000000000}',
  [],
  [[]],
  [null],
  {},
  { length: 1 },
  { toString: null },
  { constructor: { prototype: {} } },
  Array.from({ length: 1000 }, () => ({ sku: 'tea', quantity: 1 })),
  { $ref: '#' },
]

/** Wrong in every way. */
export const unwanted: Values = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...SPECIAL) },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 4 }) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 60 }) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 60 }).map((depth) => nested(depth)) },
)

function nested(depth: number): unknown {
  let value: unknown = 1
  for (let at = 0; at < depth; at++) value = at % 2 === 0 ? [value] : { a: value }
  return value
}
