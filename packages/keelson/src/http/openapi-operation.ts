/** One operation in the OpenAPI document: where its input comes from, what it answers, which errors, who may call. */
import { STATUS_CODES } from 'node:http'
import type { CompiledOperation } from '../operation/compiled.js'
import { errorCode } from '../operation/declared-errors.js'
import { idempotencyKeyParameter } from './openapi-idempotency.js'
import { jsonSchemaOf, type Components, type JsonSchema } from '../schema/json-schema.js'
import { conditionParameters, conditionRefusals, successHeaders, unchanged } from './openapi-headers.js'

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
  const input =
    definition.input === undefined
      ? EMPTY
      : jsonSchemaOf(definition.input, { direction: 'input', components, name: typeName(name, 'Input') })
  const security = securityOf(operation)
  return {
    operationId: name,
    summary: definition.summary ?? name,
    ...(definition.description === undefined ? {} : { description: definition.description }),
    ...(tag === undefined ? {} : { tags: [tag] }),
    security,
    ...inputOf(operation, input, keepSeconds),
    responses: {
      ...successOf(operation, components),
      ...unchanged(operation),
      ...refusalsOf(operation, components),
    },
  }
}

const EMPTY: JsonSchema = { type: 'object', properties: {} }

const typeName = (operation: string, suffix: string): string =>
  operation.replaceAll(/(?:^|[^a-zA-Z0-9]+)([a-zA-Z0-9])/g, (_match, letter: string) =>
    letter.toUpperCase(),
  ) + suffix

function securityOf({ allow }: CompiledOperation): readonly Record<string, readonly string[]>[] {
  if (typeof allow === 'object' && allow.kind === 'anyone') return [{}, { bearer: [] }]
  return [{ bearer: typeof allow === 'object' && allow.kind === 'scope' ? [allow.scope] : [] }]
}

function inputOf(operation: CompiledOperation, input: JsonSchema, keepSeconds: number): JsonSchema {
  const { method, path } = operation.route!
  const inPath = new Set([...path.matchAll(/:(\w+)/g)].map((match) => match[1]!))
  const properties = (input['properties'] ?? {}) as Record<string, JsonSchema>
  const required = new Set((input['required'] ?? []) as string[])
  const parameters: JsonSchema[] = [...inPath].map((name) => ({
    name,
    in: 'path',
    required: true,
    schema: properties[name] ?? { type: 'string' },
  }))
  const others = Object.keys(properties).filter((name) => !inPath.has(name))
  if (operation.kind === 'command') parameters.push(idempotencyKeyParameter(operation, keepSeconds))
  parameters.push(...conditionParameters(operation))
  if (method === 'GET' || method === 'DELETE') {
    for (const name of others) {
      const { description, ...schema } = properties[name]!
      parameters.push({
        name,
        in: 'query',
        required: required.has(name),
        ...(description === undefined ? {} : { description }),
        schema,
      })
    }
    return { parameters }
  }
  const isFlat = input['properties'] !== undefined
  if (isFlat && others.length === 0) return { parameters }
  const needed = others.filter((name) => required.has(name))
  const { required: _required, ...rest } = input
  const schema: JsonSchema = isFlat
    ? {
        ...rest,
        properties: Object.fromEntries(others.map((name) => [name, properties[name]!])),
        ...(needed.length === 0 ? {} : { required: needed }),
      }
    : input
  const requestBody = {
    required: !isFlat || needed.length > 0,
    content: { 'application/json': { schema } },
  }
  return { parameters, requestBody }
}

function successOf(compiled: CompiledOperation, components: Components): JsonSchema {
  const { operation, status } = compiled
  const { output } = operation.definition
  const told = successHeaders(compiled)
  const headers = told === undefined ? {} : { headers: told }
  if (output === undefined) return { [status]: { description: STATUS_CODES[status] ?? 'Done.', ...headers } }
  const schema = jsonSchemaOf(output, {
    direction: 'output',
    components,
    name: typeName(operation.name, 'Output'),
  })
  return {
    [status]: {
      description: STATUS_CODES[status] ?? 'Done.',
      ...headers,
      content: { 'application/json': { schema } },
    },
  }
}

function refusalsOf(operation: CompiledOperation, components: Components): JsonSchema {
  const { definition, name, kind } = operation.operation
  const byStatus = new Map<number, { schemas: JsonSchema[]; titles: string[] }>()
  const add = (status: number, title: string, schema: JsonSchema): void => {
    const known = byStatus.get(status) ?? { schemas: [], titles: [] }
    if (!known.schemas.some((each) => JSON.stringify(each) === JSON.stringify(schema)))
      known.schemas.push(schema)
    known.titles.push(title)
    byStatus.set(status, known)
  }
  add(400, 'The input is not valid.', { $ref: '#/components/schemas/InvalidInput' })
  add(401, 'The key is missing or not valid.', PROBLEM)
  if (typeof operation.allow === 'function') add(403, 'The caller may not do this.', PROBLEM)
  else if (operation.allow.kind === 'scope')
    add(403, `The key lacks the scope \`${operation.allow.scope}\`.`, PROBLEM)
  for (const [errorName, { status, title, details }] of Object.entries(definition.errors)) {
    const code = errorCode(errorName)
    const shown =
      details &&
      jsonSchemaOf(details, { direction: 'output', components, name: typeName(`${name}.${code}`, 'Error') })
    const particular: JsonSchema = { type: 'object', properties: { code: { const: code } } }
    add(status, `\`${code}\`: ${title}`, {
      allOf: [PROBLEM, particular, ...(shown === undefined ? [] : [shown])],
    })
  }
  for (const [status, title] of conditionRefusals(operation)) add(status, title, PROBLEM)
  if (kind === 'command') {
    add(409, '`idempotency_in_progress`: the first request with this key is still running.', PROBLEM)
    add(422, '`idempotency_key_reused`: this key belongs to another request.', PROBLEM)
  }
  const responses: JsonSchema = {}
  for (const [status, { schemas, titles }] of [...byStatus].toSorted(([a], [b]) => a - b)) {
    const schema = schemas.length === 1 ? schemas[0]! : { anyOf: schemas }
    responses[status] = { description: titles.join(' '), content: { 'application/problem+json': { schema } } }
  }
  responses['default'] = {
    description: 'Another problem.',
    content: { 'application/problem+json': { schema: PROBLEM } },
  }
  return responses
}

const PROBLEM: JsonSchema = { $ref: '#/components/schemas/Problem' }
