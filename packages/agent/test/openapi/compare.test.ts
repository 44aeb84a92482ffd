import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compareDocuments } from '../../src/openapi/compare.js'
import { readDocument, type Json } from '../../src/openapi/document.js'

interface Parts {
  readonly input?: object
  readonly output?: object
  readonly operation?: object
  readonly components?: object
}

/** One operation that takes and gives an order. */
function contract({ input = {}, output = {}, operation = {}, components = {} }: Parts): Json {
  const json = (schema: object) => ({ content: { 'application/json': { schema } } })
  return {
    openapi: '3.1.0',
    paths: {
      '/orders/{id}': {
        post: {
          parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }],
          requestBody: json(input),
          responses: { 200: json(output) },
          ...operation,
        },
      },
    },
    components,
  }
}

const said = (before: Json, after: Json): string[] =>
  compareDocuments(before, after).map(({ kind, rule, place }) => `${kind} ${rule} ${place}`)

const object = (properties: object, required: readonly string[] = []) => ({
  type: 'object',
  properties,
  required,
})
const text = { type: 'string' }

/** A change of one schema, as input and as output. */
function bothWays(before: object, after: object): { input: string[]; output: string[] } {
  const asInput = compareDocuments(contract({ input: before }), contract({ input: after }))
  const asOutput = compareDocuments(contract({ output: before }), contract({ output: after }))
  const shown = (changes: typeof asInput) => changes.map(({ kind, rule }) => `${kind} ${rule}`)
  return { input: shown(asInput), output: shown(asOutput) }
}

test('a contract is not changed by itself', () => {
  const same = contract({ input: object({ a: text }, ['a']), output: object({ b: text }) })
  assert.deepEqual(compareDocuments(same, structuredClone(same)), [])
})

test('a removed operation breaks, a new one does not', () => {
  const none: Json = { openapi: '3.1.0', paths: {} }
  assert.deepEqual(said(contract({}), none), ['breaking operation-removed '])
  assert.deepEqual(said(none, contract({})), ['harmless operation-added '])
})

test('the name of a path parameter may change', () => {
  const written = JSON.stringify(contract({}))
  const renamed = JSON.parse(
    written.replace('{id}', '{orderId}').replace('"name":"id"', '"name":"orderId"'),
  ) as Json
  assert.deepEqual(compareDocuments(contract({}), renamed), [])
})

test('a new input breaks when it is required', () => {
  assert.deepEqual(bothWays(object({}), object({ a: text }, ['a'])).input, ['breaking input-required'])
  assert.deepEqual(bothWays(object({}), object({ a: text })).input, ['harmless field-added'])
  assert.deepEqual(bothWays(object({ a: text }), object({ a: text }, ['a'])).input, [
    'breaking input-required',
  ])
})

test('a field that is no longer sent breaks, one that is sent too does not', () => {
  assert.deepEqual(bothWays(object({ a: text }), object({})).output, ['breaking field-removed'])
  assert.deepEqual(bothWays(object({}), object({ a: text }, ['a'])).output, ['harmless field-added'])
  assert.deepEqual(bothWays(object({ a: text }, ['a']), object({ a: text })).output, [
    'breaking field-optional',
  ])
})

test('types and enums break input when they narrow, output when they widen', () => {
  const cases = [
    [{ type: ['string', 'null'] }, { type: 'string' }, 'type'],
    [{ enum: ['a', 'b'] }, { enum: ['a'] }, 'enum'],
  ] as const
  for (const [wide, narrow, what] of cases) {
    assert.deepEqual(bothWays(wide, narrow), {
      input: [`breaking ${what}-narrowed`],
      output: [`harmless ${what}-narrowed`],
    })
    assert.deepEqual(bothWays(narrow, wide), {
      input: [`harmless ${what}-widened`],
      output: [`breaking ${what}-widened`],
    })
  }
})

test('an integer is a number', () => {
  assert.deepEqual(bothWays({ type: 'integer' }, { type: 'number' }), {
    input: ['harmless type-widened'],
    output: ['breaking type-widened'],
  })
})

test('null in the words of 3.0 and of 3.1 is the same', () => {
  assert.deepEqual(bothWays({ type: 'string', nullable: true }, { type: ['string', 'null'] }).input, [])
})

test('bounds break input when they narrow', () => {
  assert.deepEqual(bothWays({ maxLength: 10 }, { maxLength: 5 }).input, ['breaking bound-narrowed'])
  assert.deepEqual(bothWays({ minimum: 1 }, { minimum: 0 }).input, ['harmless bound-widened'])
  assert.deepEqual(bothWays({}, { pattern: '^a' }).input, ['breaking bound-narrowed'])
  assert.deepEqual(bothWays({ maximum: 5 }, {}).output, ['breaking bound-widened'])
})

test('what is nested in arrays, references and allOf is compared', () => {
  const before = contract({
    output: { $ref: '#/components/schemas/Order' },
    components: {
      schemas: {
        Order: object({
          lines: { type: 'array', items: { allOf: [{ $ref: '#/components/schemas/Line' }] } },
        }),
        Line: object({ sku: text, quantity: { type: 'integer' } }),
      },
    },
  })
  const after = JSON.parse(JSON.stringify(before).replace('"quantity"', '"count"')) as Json
  assert.deepEqual(said(before, after), [
    'breaking field-removed 200.lines[].quantity',
    'harmless field-added 200.lines[].count',
  ])
})

test('a schema that contains itself ends', () => {
  const tree = contract({
    output: { $ref: '#/components/schemas/Tree' },
    components: {
      schemas: {
        Tree: object({ children: { type: 'array', items: { $ref: '#/components/schemas/Tree' } } }),
      },
    },
  })
  assert.deepEqual(compareDocuments(tree, structuredClone(tree)), [])
  const circle = contract({
    output: { $ref: '#/components/schemas/A' },
    components: { schemas: { A: { $ref: '#/components/schemas/A' } } },
  })
  assert.deepEqual(compareDocuments(circle, structuredClone(circle)), [])
})

test('statuses: a lost or new success breaks, errors do not', () => {
  const answers = (...statuses: number[]) =>
    contract({ operation: { responses: Object.fromEntries(statuses.map((status) => [status, {}])) } })
  assert.deepEqual(said(answers(200), answers(201)), [
    'breaking status-removed 200',
    'breaking status-added 201',
  ])
  assert.deepEqual(said(answers(200, 404), answers(200, 429)), [
    'harmless status-removed 404',
    'harmless status-added 429',
  ])
})

test('parameters: required ones break when new, removed ones always', () => {
  const query = (...parameters: object[]) => contract({ operation: { parameters } })
  const limit = { name: 'limit', in: 'query', schema: { type: 'integer' } }
  assert.deepEqual(said(query(), query(limit)), ['harmless parameter-added query limit'])
  assert.deepEqual(said(query(), query({ ...limit, required: true })), [
    'breaking input-required query limit',
  ])
  assert.deepEqual(said(query(limit), query()), ['breaking parameter-removed query limit'])
})

test('sign-in: more demands break, fewer are told', () => {
  const secured = (...security: object[]) => contract({ operation: { security } })
  assert.deepEqual(said(secured(), secured({ key: [] })), ['breaking security-tightened security'])
  assert.deepEqual(
    said(secured({ key: ['read'] }), secured({ key: ['write'] }))[0],
    'breaking security-tightened security',
  )
  assert.deepEqual(said(secured({ key: [] }), secured({ key: [] }, { token: [] })), [
    'harmless security-added security',
  ])
  assert.deepEqual(said(secured({ key: [] }), secured({})), ['harmless security-dropped security'])
})

test('a body that becomes required, a media type and a header that vanish break', () => {
  const body = (required: boolean) =>
    contract({ operation: { requestBody: { required, content: { 'application/json': {} } } } })
  assert.deepEqual(said(body(false), body(true)), ['breaking input-required body'])
  const response = (content: object, headers: object) =>
    contract({ operation: { responses: { 200: { content, headers } } } })
  assert.deepEqual(said(response({ 'text/csv': {} }, { ETag: {} }), response({ 'text/plain': {} }, {})), [
    'breaking media-type-removed 200',
    'breaking header-removed 200 header ETag',
    'harmless media-type-added 200',
  ])
})

test('what cannot be decided is reported as breaking', () => {
  assert.deepEqual(bothWays({ not: { type: 'string' } }, { not: { type: 'number' } }).input, [
    'breaking undecided',
  ])
})

test('YAML is read as JSON is', () => {
  const yaml = 'openapi: 3.0.3\npaths:\n  /a:\n    get:\n      responses: {"200": {description: fine}}\n'
  assert.deepEqual(said(readDocument(yaml, 'older'), { openapi: '3.0.3', paths: {} }), [
    'breaking operation-removed ',
  ])
})

test('what is no OpenAPI document is refused in words', () => {
  for (const wrong of ['', '[]', '{"swagger":"2.0"}', '{', 'a: [', 'just words'])
    assert.throws(() => readDocument(wrong, 'older'), /older document/, JSON.stringify(wrong))
})

test('aliases of YAML that would multiply into a huge document are refused', () => {
  const levels = Array.from(
    { length: 12 },
    (_, at) => `a${at + 1}: &a${at + 1} [${Array.from({ length: 10 }, () => `*a${at}`).join(',')}]`,
  )
  assert.throws(() => readDocument(['openapi: 3.0.0', 'a0: &a0 x', ...levels].join('\n'), 'newer'), /alias/i)
})
