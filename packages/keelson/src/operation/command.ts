/** `command`: an operation that changes something. It runs in a group of the engine, all of it or nothing. */
import type { AnySchema, Value, Wire } from '../schema/any-schema.js'
import type { AccessRule, ActorUnder } from './access.js'
import type { CommandContext } from './context.js'
import type { ErrorDeclarations } from './declared-errors.js'
import type { Command, Definition, Method, None, Route } from './definition.js'
import type { AnswerDeclaration } from './http-declaration.js'
import { registered } from './registry.js'
import type { Predicate, SignedIn } from './rules.js'

/** The value of a handler: what the output schema makes of it, or nothing where there is none. */
export type Result<O> = O extends AnySchema<unknown, unknown> ? Value<O> : void

/**
 * A handler: from its context to the value of the output. Written as a condition, which always holds, since the compiler
 * then knows the output's type while it reads the handler: `status: 'placed'` stays a literal.
 */
export type Handler<C, O> = [O] extends [never] ? never : (context: C) => Result<O> | Promise<Result<O>>

/** Exactly one method and its path. */
export type CommandMethod =
  | { readonly post: string; readonly put?: never; readonly patch?: never; readonly delete?: never }
  | { readonly put: string; readonly post?: never; readonly patch?: never; readonly delete?: never }
  | { readonly patch: string; readonly post?: never; readonly put?: never; readonly delete?: never }
  | { readonly delete: string; readonly post?: never; readonly put?: never; readonly patch?: never }

export type CommandHttp<O> = CommandMethod &
  AnswerDeclaration<Result<O>> & {
    /** Answers 428 without `If-Match`, so that nobody overwrites what they have not seen. Needs a column as `etag`. */
    readonly ifMatch?: 'required'
  }

/** An input of no fields, for operations that declare none. */
export type NoInput = AnySchema<None, None>

export interface CommandDefinition<
  I extends AnySchema<unknown, unknown>,
  O extends AnySchema<unknown, unknown> | undefined,
  A extends AccessRule,
  E extends ErrorDeclarations,
> {
  /** Where it is served; without it the command is for `tx.call` and `execute` only. */
  readonly http?: CommandHttp<O>
  /** A line for OpenAPI and the docs page. */
  readonly summary?: string
  /** Markdown for OpenAPI. */
  readonly description?: string
  /** What callers send: path parameters and JSON body, together. Unknown fields are refused at every depth. */
  readonly input?: I
  /** What callers get. Fields that it does not name never leave. */
  readonly output?: O
  /** Who may use it: `signedIn`, `anyone`, `scope('…')`, a function of caller and input, or a combination of these. */
  readonly allow: A | Predicate<Value<I>>
  /** Errors of the contract, raised by `fail`. */
  readonly errors?: E
  /**
   * `required`: HTTP requests without an `Idempotency-Key` are refused, 400 `idempotency_key_required`. Default: `optional`;
   * a key that is sent counts.
   */
  readonly idempotency?: 'required' | 'optional'
  /** Time for the whole request. Default: the server's, 30 seconds. Answers 504 when it is over. */
  readonly timeoutMs?: number
  /** May run more than once for a request: touch the world only through `tx`. */
  readonly run: Handler<CommandContext<Value<I>, ActorUnder<A>, E>, O>
}

/** Declares a command. `name` is stable, such as `orders.place`: keys, logs and OpenAPI refer to it. */
export function command<
  I extends AnySchema<unknown, unknown> = NoInput,
  O extends AnySchema<unknown, unknown> | undefined = undefined,
  A extends AccessRule = SignedIn,
  E extends ErrorDeclarations = None,
>(name: string, definition: CommandDefinition<I, O, A, E>): Command<Wire<I>, Result<O>> {
  const { http, ...declared } = definition
  return registered({
    kind: 'command',
    name,
    definition: erased(declared, http === undefined ? [] : routesOf(http)),
  })
}

const METHODS = ['post', 'put', 'patch', 'delete'] as const

function routesOf<O>(http: CommandHttp<O>): Route[] {
  return METHODS.filter((method) => http[method] !== undefined).map((method) => ({
    ...http,
    method: method.toUpperCase() as Method,
    path: http[method]!,
  }))
}

interface Declared {
  readonly summary?: string
  readonly description?: string
  readonly input?: AnySchema<unknown, unknown>
  readonly output?: AnySchema<unknown, unknown> | undefined
  readonly allow: Definition['allow']
  readonly errors?: ErrorDeclarations
  readonly idempotency?: 'required' | 'optional'
  readonly timeoutMs?: number
  readonly run: Definition['run']
}

/** The one place where types end. */
export const erased = (declared: Declared, routes: readonly Route[]): Definition =>
  Object.freeze({
    routes,
    summary: declared.summary,
    description: declared.description,
    input: declared.input,
    output: declared.output,
    allow: declared.allow,
    errors: declared.errors ?? {},
    requiresKey: declared.idempotency === 'required',
    timeoutMs: declared.timeoutMs,
    run: declared.run,
  })
