/** `route`: Fastify's own request and reply for what no operation can be: uploads, downloads, streams of events. */
import type { Readable } from 'node:stream'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { AccessRule, ActorUnder } from '../operation/access.js'
import type { Predicate, SignedIn } from '../operation/rules.js'
import type { Method, Operation, None, RawRoute } from '../operation/definition.js'
import { erased, type NoInput } from '../operation/command.js'
import type { Services } from '../operation/context.js'
import type { ExecuteOptions } from '../operation/execute.js'
import { registered } from '../operation/registry.js'
import type { AnySchema, Value } from '../schema/any-schema.js'
import type { Log } from '../telemetry/log.js'

/** Executes an operation as the caller of the route: validated, authorised, and in a group with all others. */
export type ExecuteAsCaller = <I, O>(
  operation: Operation<I, O>,
  input: NoInfer<I>,
  options?: Pick<ExecuteOptions, 'idempotencyKey' | 'ifVersion'>,
) => Promise<O>

export interface RouteContext<V, A> {
  /** Path parameters and query string, validated. */
  readonly input: V
  readonly actor: A
  readonly request: FastifyRequest
  readonly reply: FastifyReply
  /** The body as it arrives, of any type; empty where none was sent. Ends with `body_too_large` beyond `bodyBytesMax`. */
  readonly body: Readable
  readonly execute: ExecuteAsCaller
  /** Aborted when the caller hangs up or the process stops. */
  readonly signal: AbortSignal
  readonly log: Log
  readonly services: Services
}

type RouteMethod =
  | {
      readonly get: string
      readonly post?: never
      readonly put?: never
      readonly patch?: never
      readonly delete?: never
    }
  | {
      readonly post: string
      readonly get?: never
      readonly put?: never
      readonly patch?: never
      readonly delete?: never
    }
  | {
      readonly put: string
      readonly get?: never
      readonly post?: never
      readonly patch?: never
      readonly delete?: never
    }
  | {
      readonly patch: string
      readonly get?: never
      readonly post?: never
      readonly put?: never
      readonly delete?: never
    }
  | {
      readonly delete: string
      readonly get?: never
      readonly post?: never
      readonly put?: never
      readonly patch?: never
    }

export interface RouteDefinition<I extends AnySchema<unknown, unknown>, A extends AccessRule> {
  readonly http: RouteMethod
  /** Path parameters and query string, together. Unknown ones are refused. */
  readonly input?: I
  /** Who may use it: `signedIn`, `anyone`, `scope('…')`, or a function of caller and input. */
  readonly allow: A | Predicate<Value<I>>
  /** Longest body. Default: the server's, 1 MiB. */
  readonly bodyBytesMax?: number
  /**
   * Runs once for each request. What it returns is sent: an object as JSON, a text, a buffer or a stream as it is, nothing
   * as 204; unless it has used `reply` itself. There is no time limit but its own.
   */
  readonly run: (context: RouteContext<Value<I>, ActorUnder<A>>) => unknown
}

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const

/** Declares a route. `name` is stable, such as `files.put`: logs refer to it. It is no part of the OpenAPI document. */
export function route<I extends AnySchema<unknown, unknown> = NoInput, A extends AccessRule = SignedIn>(
  name: string,
  { http, bodyBytesMax, ...declared }: RouteDefinition<I, A>,
): RawRoute {
  const routes = METHODS.filter((method) => http[method] !== undefined).map((method) => ({
    method: method.toUpperCase() as Method,
    path: http[method]!,
  }))
  return registered<RawRoute>({
    kind: 'route',
    name,
    definition: erased({ ...declared, errors: {} satisfies None }, routes),
    bodyBytesMax,
  })
}
