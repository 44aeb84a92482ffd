/** One operation in the OpenAPI document: what it is for, who may call it, what it takes, what it answers. */
import { STATUS_CODES } from 'node:http'
import type { CompiledOperation } from '../operation/compiled.js'
import { jsonSchemaOf, type Components, type JsonSchema } from '../schema/json-schema.js'
import { accessOf, isOpen, scopesOf } from './openapi-access.js'
import { exampleOf } from './openapi-example.js'
import { successHeaders, unchanged } from './openapi-headers.js'
import { describeInput } from './openapi-input.js'
import { describeProblems } from './openapi-problems.js'

interface Surroundings {
  /** The module. */
  readonly tag: string | undefined
  readonly components: Components
  /** See `OpenApiOptions`. */
  readonly keepSeconds: number
}

export function describeOperation(
  operation: CompiledOperation,
  { tag, components, keepSeconds }: Surroundings,
): JsonSchema {
  const { definition, name } = operation.operation
  const nameOf = (suffix: string): string => typeName(`${name}.${suffix}`)
  const input =
    definition.input === undefined
      ? EMPTY
      : jsonSchemaOf(definition.input, { direction: 'input', components, name: nameOf('input') })
  const scopes = scopesOf(operation.allow)
  return {
    operationId: name,
    summary: definition.summary ?? name,
    description: [...(definition.description?.trim().split('\n\n') ?? []), accessOf(operation)].join('\n\n'),
    ...(tag === undefined ? {} : { tags: [tag] }),
    security: isOpen(operation) ? [{}, { key: [] }] : [{ key: [] }],
    ...(scopes.length === 0 ? {} : { 'x-scopes': scopes }),
    ...describeInput(operation, input, { components, keepSeconds }),
    responses: {
      ...describeSuccess(operation, components, nameOf),
      ...unchanged(operation),
      ...describeProblems(operation, components, nameOf),
    },
  }
}

const EMPTY: JsonSchema = { type: 'object', properties: {} }

/** `orders.place.input` becomes `OrdersPlaceInput`. */
const typeName = (words: string): string =>
  words.replaceAll(/(?:^|[^a-zA-Z0-9]+)([a-zA-Z0-9])/g, (_match, letter: string) => letter.toUpperCase())

function describeSuccess(
  compiled: CompiledOperation,
  components: Components,
  nameOf: (suffix: string) => string,
): JsonSchema {
  const { operation, status, kind } = compiled
  const { output } = operation.definition
  const headers = {
    'X-Request-Id': { $ref: '#/components/headers/X-Request-Id' },
    ...(kind === 'command'
      ? { 'Idempotent-Replayed': { $ref: '#/components/headers/Idempotent-Replayed' } }
      : {}),
    ...successHeaders(compiled),
  }
  const description = STATUS_CODES[status] ?? 'Done.'
  if (output === undefined) return { [status]: { description, headers } }
  const schema = jsonSchemaOf(output, { direction: 'output', components, name: nameOf('output') })
  const example = exampleOf(schema, components)
  const content = { schema, ...(example === undefined ? {} : { example }) }
  return { [status]: { description, headers, content: { 'application/json': content } } }
}
