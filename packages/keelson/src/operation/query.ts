/** `query`: an operation that only reads. Its concurrent reads are coalesced with those of all other requests. */
import type { AnySchema, Value, Wire } from '../schema/any-schema.js'
import type { AccessRule, ActorUnder } from './access.js'
import { erased, type Handler, type NoInput, type Result } from './command.js'
import type { QueryContext } from './context.js'
import type { ErrorDeclarations } from './declared-errors.js'
import type { None, Query } from './definition.js'
import type { AnswerDeclaration } from './http-declaration.js'
import { registered } from './registry.js'
import type { Predicate, SignedIn } from './rules.js'

export interface QueryDefinition<
  I extends AnySchema<unknown, unknown>,
  O extends AnySchema<unknown, unknown>,
  A extends AccessRule,
  E extends ErrorDeclarations,
> {
  /** Where it is served; without it the query is for `execute` only. */
  readonly http?: AnswerDeclaration<Result<O>> & { readonly get: string }
  /** A line for OpenAPI and the docs page. */
  readonly summary?: string
  /** Markdown for OpenAPI. */
  readonly description?: string
  /** What callers send: path parameters and query string, together, coerced by the declared types. */
  readonly input?: I
  /** What callers get. Fields that it does not name never leave. */
  readonly output: O
  /** Who may use it: `signedIn`, `anyone`, `scope('…')`, a function of caller and input, or a combination of these. */
  readonly allow: A | Predicate<Value<I>>
  /** Errors of the contract, raised by `fail`. */
  readonly errors?: E
  /** Time for the whole request. Default: the server's, 30 seconds. Answers 504 when it is over. */
  readonly timeoutMs?: number
  readonly run: Handler<QueryContext<Value<I>, ActorUnder<A>, E>, O>
}

/** Declares a query. `name` is stable, such as `orders.mine`: logs and OpenAPI refer to it. */
export function query<
  O extends AnySchema<unknown, unknown>,
  I extends AnySchema<unknown, unknown> = NoInput,
  A extends AccessRule = SignedIn,
  E extends ErrorDeclarations = None,
>(name: string, definition: QueryDefinition<I, O, A, E>): Query<Wire<I>, Result<O>> {
  const { http, ...declared } = definition
  const routes = http === undefined ? [] : [{ ...http, method: 'GET', path: http.get } as const]
  return registered({ kind: 'query', name, definition: erased(declared, routes) })
}
