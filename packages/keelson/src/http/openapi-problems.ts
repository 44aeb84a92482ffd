/** The problems that an operation may answer with, in the OpenAPI document: its own errors, and Keelson's. */
import { ERRORS, type ErrorCode } from '../errors.js'
import type { CompiledOperation } from '../operation/compiled.js'
import { errorCode } from '../operation/declared-errors.js'
import { jsonSchemaOf, type Components, type JsonSchema } from '../schema/json-schema.js'
import { refusalsOf } from './openapi-access.js'
import { exampleOf } from './openapi-example.js'
import { conditionRefusals } from './openapi-headers.js'

interface Told {
  readonly code: string
  readonly title: string
  readonly schema: JsonSchema
  /** Members beside the standard ones. */
  readonly details?: object | undefined
}

const PROBLEM: JsonSchema = { $ref: '#/components/schemas/Problem' }
const INVALID_INPUT: JsonSchema = { $ref: '#/components/schemas/InvalidInput' }
const FIELD = { errors: [{ pointer: '/field', message: 'is required' }] }

/** `typeName` makes the name of a schema that may be recursive. */
export function describeProblems(
  operation: CompiledOperation,
  components: Components,
  typeName: (suffix: string) => string,
): JsonSchema {
  const byStatus = new Map<number, Told[]>()
  const add = (status: number, told: Told): void => {
    byStatus.set(status, [...(byStatus.get(status) ?? []), told])
  }
  const declared = Object.entries(operation.operation.definition.errors)
  const isDeclared = (code: string, status: number): boolean =>
    declared.some(([name, each]) => errorCode(name) === code && each.status === status && !each.details)
  for (const code of ownCodes(operation)) {
    if (isDeclared(code, ERRORS[code].status)) continue
    const { status, title } = ERRORS[code]
    const isInput = code === 'invalid_input'
    add(status, {
      code,
      title,
      schema: isInput ? INVALID_INPUT : PROBLEM,
      details: isInput ? FIELD : undefined,
    })
  }
  for (const [name, { status, title, details }] of declared) {
    const code = errorCode(name)
    const schema =
      details && jsonSchemaOf(details, { direction: 'output', components, name: typeName(`${code}Error`) })
    const particular: JsonSchema = {
      type: 'object',
      properties: { code: { const: code } },
      required: ['code'],
    }
    const example = schema === undefined ? {} : exampleOf(schema, components)
    add(status, {
      code,
      title,
      schema: { allOf: [PROBLEM, particular, ...(schema === undefined ? [] : [schema])] },
      details: example as object | undefined,
    })
  }
  for (const [status, code] of conditionRefusals(operation))
    add(status, { code, title: ERRORS[code].title, schema: PROBLEM })
  const statuses = [...byStatus].toSorted(([a], [b]) => a - b)
  return {
    ...Object.fromEntries(statuses.map(([status, told]) => [status, responseOf(status, told)])),
    default: { $ref: '#/components/responses/Problem' },
  }
}

/** Errors of Keelson's that this operation may answer with. */
function ownCodes(compiled: CompiledOperation): ErrorCode[] {
  const { kind, allow, route, operation, texts, requiresKey } = compiled
  const { input } = operation.definition
  const hasBody = input !== undefined && route!.method !== 'GET' && route!.method !== 'DELETE'
  const codes: ErrorCode[] = ['invalid_input']
  if (texts.has('limit')) codes.push('invalid_cursor')
  if (hasBody) codes.push('invalid_json', 'body_too_large', 'unsupported_media_type')
  if (kind === 'command')
    codes.push('invalid_idempotency_key', 'idempotency_in_progress', 'idempotency_key_reused')
  if (requiresKey) codes.push('idempotency_key_required')
  codes.push('unauthenticated', ...refusalsOf(allow), 'overloaded', 'database_unavailable', 'timeout')
  codes.push(...(kind === 'command' ? VERDICTS : READ_VERDICTS))
  if (kind === 'command') codes.push('outcome_unknown')
  return [...new Set(codes)]
}

/** What reads may come to by themselves. */
const READ_VERDICTS: readonly ErrorCode[] = ['not_found', 'value_out_of_range']

/** What reads and writes may come to: kept under a once-only key, as what the operation declares itself. */
const VERDICTS: readonly ErrorCode[] = [
  ...READ_VERDICTS,
  'unique_violation',
  'foreign_key_violation',
  'exclusion_violation',
  'check_violation',
  'not_null_violation',
]

function responseOf(status: number, told: readonly Told[]): JsonSchema {
  const schemas = new Map(told.map(({ schema }) => [JSON.stringify(schema), schema]))
  const examples = told
    .filter(({ details }, at) => details !== undefined || told[at]!.schema === PROBLEM)
    .map(({ code, title, details }): [string, JsonSchema] => [
      code,
      { value: { type: 'about:blank', title, status, code, requestId: 'f0a3-1', ...details } },
    ])
  return {
    description: told.map(({ code, title }) => `\`${code}\`: ${title}`).join(' '),
    headers: {
      'X-Request-Id': { $ref: '#/components/headers/X-Request-Id' },
      ...(status === 401 ? { 'WWW-Authenticate': { $ref: '#/components/headers/WWW-Authenticate' } } : {}),
      ...(told.some(({ code }) => isRetryable(code))
        ? { 'Retry-After': { $ref: '#/components/headers/Retry-After' } }
        : {}),
    },
    content: {
      'application/problem+json': {
        schema: schemas.size === 1 ? [...schemas.values()][0]! : { anyOf: [...schemas.values()] },
        ...(examples.length === 0 ? {} : { examples: Object.fromEntries(examples) }),
      },
    },
  }
}

const isRetryable = (code: string): boolean =>
  code !== 'timeout' && (ERRORS as Readonly<Record<string, { retryable: boolean }>>)[code]?.retryable === true
