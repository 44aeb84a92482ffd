/** The OpenAPI 3.1 document of an application's operations, complete from their definitions alone. */
import { ERRORS } from '../errors.js'
import type { CompiledOperation } from '../operation/compiled.js'
import type { Components, JsonSchema } from '../schema/json-schema.js'
import { describeOperation } from './openapi-operation.js'

export interface OpenApiOptions {
  /** The application's name. */
  readonly title: string
  readonly version: string
  readonly prefix: string
  readonly operations: readonly CompiledOperation[]
  /** The module of each operation, by operation name. */
  readonly modules: ReadonlyMap<string, string>
  /** How long answers are kept by `Idempotency-Key`, in seconds. */
  readonly keepSeconds: number
  readonly about: ApiDescription
  /** How callers say who they are: a Security Scheme Object. Default: API keys. */
  readonly scheme: Readonly<Record<string, unknown>> | undefined
}

/** What the document says of the API as a whole. */
export interface ApiDescription {
  /** Markdown, before what Keelson says of errors and keys. */
  readonly description?: string
  /** Whom to ask. Default: the application's name. */
  readonly contact?: { readonly name?: string; readonly url?: string; readonly email?: string }
  /** Under which terms it may be used; `identifier` is one of SPDX. Default: all rights reserved. */
  readonly license?: { readonly name: string; readonly url?: string; readonly identifier?: string }
  /** Where it is served. Default: where the document comes from. */
  readonly servers?: readonly { readonly url: string; readonly description?: string }[]
}

export interface OpenApiDocument {
  readonly openapi: '3.1.0'
  readonly info: Readonly<Record<string, unknown>> & { readonly title: string; readonly version: string }
  readonly servers: readonly { readonly url: string }[]
  readonly tags: readonly { readonly name: string; readonly description: string }[]
  readonly paths: Readonly<Record<string, Readonly<Record<string, JsonSchema>>>>
  readonly components: Readonly<Record<string, unknown>>
}

/** What every API of Keelson's has in common. */
const DESCRIPTION =
  'Errors are `application/problem+json` (RFC 9457) with a stable `code`. ' +
  'Operations that change something take an `Idempotency-Key`: the same key gives the same answer, however often it is sent.'

export function openApiDocument(options: OpenApiOptions): OpenApiDocument {
  const { title, version, modules, about, prefix, keepSeconds, scheme = API_KEY } = options
  const components: Components = new Map([
    ['Problem', PROBLEM],
    ['InvalidInput', INVALID_INPUT],
  ])
  const paths: Record<string, Record<string, JsonSchema>> = {}
  const used = new Set<string>()
  for (const operation of options.operations) {
    if (operation.route === undefined) continue
    const path = prefix + operation.route.path.replaceAll(/:(\w+)/g, '{$1}')
    const tag = modules.get(operation.name)
    if (tag !== undefined) used.add(tag)
    paths[path] ??= {}
    paths[path][operation.route.method.toLowerCase()] = describeOperation(operation, {
      tag,
      components,
      keepSeconds,
    })
  }
  return {
    openapi: '3.1.0',
    info: {
      title,
      version,
      description: [about.description ?? [], DESCRIPTION].flat().join('\n\n'),
      contact: about.contact ?? { name: title },
      license: about.license ?? { name: 'All rights reserved' },
    },
    servers: about.servers ?? [{ url: '/' }],
    tags: [...used].map((name) => ({ name, description: `The module \`${name}\`.` })),
    paths,
    components: {
      schemas: Object.fromEntries(components),
      responses: { Problem: ANOTHER_PROBLEM },
      headers: HEADERS,
      securitySchemes: { key: scheme },
    },
  }
}

const API_KEY: JsonSchema = {
  type: 'http',
  scheme: 'bearer',
  description: 'An API key: `Authorization: Bearer kls_…`',
}

const text: JsonSchema = { type: 'string' }

const HEADERS: JsonSchema = {
  'X-Request-Id': {
    description: 'Names the request in the logs; that of the caller, if it sent one.',
    schema: text,
  },
  'Idempotent-Replayed': {
    description: '`true` where the answer was given before, under the same `Idempotency-Key`.',
    schema: { const: 'true', type: 'string' },
  },
  'Retry-After': {
    description: 'Seconds after which the same request may succeed.',
    schema: { type: 'integer', minimum: 0 },
  },
  'WWW-Authenticate': { description: 'How to sign in (RFC 9110, 11.6.1).', schema: text },
}

const ANOTHER_PROBLEM: JsonSchema = {
  description: 'Another problem; `code` tells which.',
  headers: { 'X-Request-Id': { $ref: '#/components/headers/X-Request-Id' } },
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
}

const PROBLEM: JsonSchema = {
  type: 'object',
  description: 'RFC 9457.',
  properties: {
    type: { type: 'string' },
    title: { type: 'string', description: 'What kind of problem it is.' },
    status: { type: 'integer' },
    detail: { type: 'string', description: 'What is particular to this occurrence.' },
    code: {
      type: 'string',
      description: 'Stable: programs decide by it.',
      examples: Object.keys(ERRORS).slice(0, 3),
    },
    requestId: { type: 'string', description: 'Names the request in the logs.' },
  },
  required: ['type', 'title', 'status', 'code', 'requestId'],
}

const INVALID_INPUT: JsonSchema = {
  allOf: [
    { $ref: '#/components/schemas/Problem' },
    {
      type: 'object',
      properties: {
        code: { const: 'invalid_input' },
        errors: {
          type: 'array',
          items: {
            type: 'object',
            properties: {
              pointer: { type: 'string', description: 'JSON Pointer (RFC 6901) to the field.' },
              message: { type: 'string' },
            },
            required: ['pointer', 'message'],
          },
        },
      },
    },
  ],
}
