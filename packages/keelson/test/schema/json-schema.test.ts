import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as z from 'zod'
import { timestampCodec } from '../../src/schema/json-codecs.js'
import { jsonSchemaOf, type Components } from '../../src/schema/json-schema.js'

test('inputs refuse unknown fields, outputs do not promise that there are none', () => {
  const schema = z.object({ a: z.int(), at: timestampCodec(), day: z.date() })
  const components: Components = new Map()
  const input = jsonSchemaOf(schema, { direction: 'input', components, name: 'In' })
  const output = jsonSchemaOf(schema, { direction: 'output', components, name: 'Out' })
  assert.equal(input['additionalProperties'], false)
  assert.equal('additionalProperties' in output, false)
  assert.deepEqual((output['properties'] as Record<string, unknown>)['at'], {
    type: 'string',
    format: 'date-time',
  })
  assert.deepEqual((output['properties'] as Record<string, unknown>)['day'], {
    type: 'string',
    format: 'date-time',
  })
  assert.equal(components.size, 0)
})

test('named and recursive parts become components, and references point there', () => {
  interface Tree {
    children: Tree[]
  }
  const Tree: z.ZodType<Tree> = z.object({ children: z.lazy(() => z.array(Tree)) }).meta({ id: 'Tree' })
  const components: Components = new Map()
  const schema = jsonSchemaOf(z.object({ tree: Tree }), { direction: 'output', components, name: 'Holder' })
  const text = JSON.stringify([schema, ...components.values()])
  assert.ok(components.has('Tree'))
  assert.ok(text.includes('#/components/schemas/Tree'))
  assert.ok(!text.includes('#/$defs/'))
})

test('other libraries tell their schema themselves', () => {
  const schema = {
    '~standard': {
      version: 1 as const,
      vendor: 'mine',
      validate: (value: unknown) => ({ value }),
      jsonSchema: { input: () => ({ $schema: 'x', type: 'integer' }) },
    },
  }
  const options = { direction: 'input', components: new Map(), name: 'X' } as const
  assert.deepEqual(jsonSchemaOf(schema, options), { type: 'integer' })
})
