/**
 * What `command` and `query` return: a name, what was declared, and, for the compiler only, the types that go in and
 * out. Inside, definitions are kept with their types erased; the constructors are the one place that erases them.
 */
import type { AnySchema } from '../schema/any-schema.js'
import type { Allow } from './access.js'
import type { ErrorDeclarations } from './declared-errors.js'
import type { AnyAnswerDeclaration } from './http-declaration.js'

declare const types: unique symbol

/** `I` is what callers send, `O` what they get. */
export interface Command<I = unknown, O = unknown> {
  readonly kind: 'command'
  readonly name: string
  readonly definition: Definition
  readonly [types]?: { readonly input: I; readonly output: O }
}

export interface Query<I = unknown, O = unknown> {
  readonly kind: 'query'
  readonly name: string
  readonly definition: Definition
  readonly [types]?: { readonly input: I; readonly output: O }
}

export type Operation<I = unknown, O = unknown> = Command<I, O> | Query<I, O>

/** What `route` returns: served by Fastify's own request and reply. */
export interface RawRoute {
  readonly kind: 'route'
  readonly name: string
  readonly definition: Definition
  readonly bodyBytesMax: number | undefined
}

/** Whatever has a name, a rule and a path. */
export type Served = Operation | RawRoute

/** No fields; no errors. */
// eslint-disable-next-line typescript/no-generated-empty-object-type -- nothing is just what it means
export type None = Record<never, never>

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

export interface Route extends AnyAnswerDeclaration {
  readonly method: Method
  /** As declared, parameters as `:name`, without the application's prefix. */
  readonly path: string
  readonly ifMatch?: 'required'
}

export interface Definition {
  readonly routes: readonly Route[]
  readonly summary: string | undefined
  readonly description: string | undefined
  readonly input: AnySchema<unknown, unknown> | undefined
  readonly output: AnySchema<unknown, unknown> | undefined
  /** Undefined where a program without types left it out; refused at start. */
  readonly allow: Allow<never> | undefined
  readonly errors: ErrorDeclarations
  /** Whether HTTP requests must send an `Idempotency-Key`. */
  readonly requiresKey: boolean
  /** Milliseconds; undefined for the server's limit. */
  readonly timeoutMs: number | undefined
  readonly run: (context: never) => unknown
}
