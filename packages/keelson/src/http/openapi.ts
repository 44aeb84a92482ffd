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
}

export interface OpenApiDocument {
  readonly openapi: '3.1.0'
  readonly info: { readonly title: string; readonly version: string; readonly description: string }
  readonly servers: readonly { readonly url: string }[]
  readonly tags: readonly { readonly name: string; readonly description: string }[]
  readonly paths: Readonly<Record<string, Readonly<Record<string, JsonSchema>>>>
  readonly components: Readonly<Record<string, unknown>>
}

const DESCRIPTION =
  'Errors are `application/problem+json` (RFC 9457) with a stable `code`. ' +
  'Operations that change something take an `Idempotency-Key`: the same key gives the same answer, however often it is sent.'

export function openApiDocument(options: OpenApiOptions): OpenApiDocument {
  const components: Components = new Map([
    ['Problem', PROBLEM],
    ['InvalidInput', INVALID_INPUT],
  ])
  const paths: Record<string, Record<string, JsonSchema>> = {}
  for (const operation of options.operations) {
    if (operation.route === undefined) continue
    const path = options.prefix + operation.route.path.replaceAll(/:(\w+)/g, '{$1}')
    paths[path] ??= {}
    paths[path][operation.route.method.toLowerCase()] = describeOperation(operation, {
      tag: options.modules.get(operation.name),
      components,
      keepSeconds: options.keepSeconds,
    })
  }
  return {
    openapi: '3.1.0',
    info: { title: options.title, version: options.version, description: DESCRIPTION },
    servers: [{ url: '/' }],
    tags: [...new Set(options.modules.values())].map((name) => ({
      name,
      description: `The module \`${name}\`.`,
    })),
    paths,
    components: {
      schemas: Object.fromEntries(components),
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', description: 'An API key: `Authorization: Bearer kls_…`' },
      },
    },
  }
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
