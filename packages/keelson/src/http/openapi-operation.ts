/** One operation in the OpenAPI document: what it is for, who may call it, what it takes, what it answers. */
import { STATUS_CODES } from 'node:http'
import type { CompiledOperation } from '../operation/compiled.js'
import { isCombined, type Rule } from '../operation/rules.js'
import { jsonSchemaOf, type Components, type JsonSchema } from '../schema/json-schema.js'
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

const isOpen = ({ allow }: CompiledOperation): boolean => typeof allow === 'object' && allow.kind === 'anyone'

/** Scopes that the rules name, however they are combined. */
function scopesOf(allow: CompiledOperation['allow'] | Rule<never>): string[] {
  if (typeof allow === 'object') return allow.kind === 'scope' ? [allow.scope] : []
  return isCombined<never>(allow) ? [...new Set(allow.rules.flatMap((rule) => scopesOf(rule)))] : []
}

function accessOf(operation: CompiledOperation): string {
  const { allow } = operation
  if (isOpen(operation)) return 'Open to everyone: no key is needed.'
  if (typeof allow === 'object')
    return allow.kind === 'scope' ? `Needs a key with the scope \`${allow.scope}\`.` : 'Needs a key.'
  const scopes = scopesOf(allow).map((scope) => `\`${scope}\``)
  const further = scopes.length === 0 ? '' : ` Scopes that count: ${scopes.join(', ')}.`
  return `Needs a key; who may do it depends on the caller and the input.${further}`
}

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
