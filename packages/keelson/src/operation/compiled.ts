/**
 * An operation made ready to run: its schemas turned into functions, its errors into `fail`. Done once, when the
 * application starts.
 */
import { is } from 'drizzle-orm'
import { PgColumn } from 'drizzle-orm/pg-core'
import * as z from 'zod'
import type { AnySchema } from '../schema/any-schema.js'
import { inputSchema } from '../schema/input-schema.js'
import { encoderOf, type Encoder } from '../schema/output-encoder.js'
import { parserOf, type Parser } from '../schema/parser.js'
import { textFields, type TextFields } from '../schema/text-coercion.js'
import { UnfitSchemaError } from '../schema/zod-rewrite.js'
import type { Allow } from './access.js'
import { headersOf, type HeadersOf } from './answer-headers.js'
import { fieldsOf, keeping, refusing } from './other-libraries.js'
import { failOf, type ErrorDeclarations, type Fail } from './declared-errors.js'
import type { Operation, Route } from './definition.js'
import { versionedRow, type VersionedRow } from './versioned-row.js'

export interface CompiledOperation {
  readonly operation: Operation
  readonly name: string
  readonly kind: 'command' | 'query'
  readonly allow: Allow<never>
  /** From what was sent to what the handler holds; refuses unknown fields. */
  readonly parse: Parser<unknown>
  /** From the handler's value to JSON data; undefined where nothing is answered. */
  readonly encode: Encoder | undefined
  readonly fail: Fail<ErrorDeclarations>
  readonly run: (context: never) => unknown
  readonly route: Route | undefined
  /** Status of a success. */
  readonly status: number
  /** Headers of a success; undefined where none are declared. */
  readonly headers: HeadersOf | undefined
  /** Of a command: the row whose version `If-Match` speaks of. */
  readonly versionedRow: VersionedRow | undefined
  /** Fields that come as text, from path and query string. */
  readonly texts: TextFields
  /** Whether the fields that the path does not give come from the query string; else from the body. */
  readonly isQuery: boolean
  readonly requiresKey: boolean
  readonly timeoutMs: number | undefined
}

const NO_INPUT = z.strictObject({})

/**
 * The operation, or undefined where it cannot work: what is wrong is then among `problems`. `prefix`: of all paths;
 * `readsQuery`: the fields come from the query string whatever the method, since the body is something else.
 */
export function compile(
  operation: Operation,
  prefix: string,
  problems: string[],
  readsQuery = false,
): CompiledOperation | undefined {
  const { definition, name, kind } = operation
  const before = problems.length
  const attempt = <T>(what: string, work: () => T): T | undefined => {
    try {
      return work()
    } catch (error) {
      if (!(error instanceof UnfitSchemaError)) throw error
      problems.push(`\`${name}\`: the schema of ${what} holds ${error.message}.`)
      return undefined
    }
  }
  const declaredInput: AnySchema<unknown, unknown> = definition.input ?? NO_INPUT
  const fields = fieldsOf(declaredInput)
  const parse = attempt('`input`', () => refusing(parserOf(inputSchema(declaredInput)), fields))
  const { output } = definition
  const encode =
    output === undefined ? undefined : attempt('`output`', () => keeping(encoderOf(output), fieldsOf(output)))
  const fail = attempt('the details of `errors`', () => failOf(definition.errors))
  if (problems.length > before || parse === undefined || fail === undefined) return undefined
  const route = definition.routes[0]
  const isQuery = readsQuery || route?.method === 'GET' || route?.method === 'DELETE'
  const inPath = new Set([...(route?.path ?? '').matchAll(/:(\w+)/g)].map((match) => match[1]!))
  return {
    operation,
    name,
    kind,
    allow: definition.allow!,
    parse,
    encode,
    fail,
    run: definition.run,
    route,
    status: route?.status ?? (output === undefined ? 204 : 200),
    headers: route && headersOf(route, { name, prefix, hasOutput: output !== undefined }),
    versionedRow: kind === 'command' && is(route?.etag, PgColumn) ? versionedRow(route.etag) : undefined,
    texts: new Map(
      [...(fields?.texts() ?? textFields(declaredInput))].filter(([field]) => isQuery || inPath.has(field)),
    ),
    isQuery,
    requiresKey: definition.requiresKey,
    timeoutMs: definition.timeoutMs,
  }
}
