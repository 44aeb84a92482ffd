/** `app`: an application, declared. Nothing runs until `createServer` (or the `keelson` command) takes it. */
import type { FastifyInstance } from 'fastify'
import type { Authenticate } from './auth/authenticator.js'
import type { CorsOptions } from './http/cors.js'
import type { ApiDescription } from './http/openapi.js'
import type { HttpLimits } from './http/server.js'
import type { Actor } from './operation/actor.js'
import type { RenderProblem } from './operation/answer.js'
import type { Services } from './operation/context.js'
import type { Module } from './operation/module.js'

export interface AppOptions {
  /** For people: the title of the API. */
  readonly name: string
  /** Of the API. Default `0.0.0`. */
  readonly version?: string
  /** What /openapi.json and /docs say of the API as a whole. */
  readonly api?: ApiDescription
  /** Every operation, event and table belongs to one. */
  readonly modules: readonly Module[]
  readonly auth?: {
    /**
     * Tells the caller of a request. Default: API keys as `Authorization: Bearer kls_…`. What it throws is the answer where
     * it is a KeelsonError, else 500; nobody is let in by a failure.
     */
    readonly authenticate?: Authenticate
    /** Time for `authenticate`, in milliseconds. Default 5,000; 503 `authentication_unavailable` beyond. */
    readonly timeoutMs?: number
    /** `WWW-Authenticate` of a 401, for a scheme of one's own. Default: `Bearer` (RFC 6750). */
    readonly challenge?: string
    /** A scheme of one's own as OpenAPI describes it: a Security Scheme Object. Default: API keys. */
    readonly scheme?: Readonly<Record<string, unknown>>
    /**
     * Commands of callers with different keys never share a transaction: for tenants. Must depend on the caller alone.
     * Default: none, all commands may (decision 10).
     */
    readonly groupKey?: (actor: Actor | null) => string | undefined
  }
  readonly idempotency?: {
    /** How long an answer is given again for its `Idempotency-Key`, in seconds. Default 86,400, a day; at least 60. */
    readonly keepSeconds?: number
  }
  readonly http?: HttpLimits & {
    /** Before every operation's path, such as `/v1`. Default: none. */
    readonly prefix?: string
    /** Pages of other origins that may use the API from a browser. Default: none. */
    readonly cors?: CorsOptions
    /** For Fastify plugins and routes of one's own; before the operations' routes are made. */
    readonly setup?: (fastify: FastifyInstance) => unknown
    /** Another form of problems; what it returns becomes the JSON body. Default: RFC 9457. */
    readonly renderError?: RenderProblem
  }
  readonly events?: {
    /** How long events are kept at least, in days; longer where a subscriber has not passed them. Default: 30. */
    readonly keepDays?: number
  }
  /** What handlers get as `services`. */
  readonly services?: Services
  /** The folder of `.sql` files: `new URL('./migrations', import.meta.url)`. Default: none. */
  readonly migrations?: URL | string
  readonly development?: {
    /** The request that `keelson dev` shows as a curl. Default: the first command without path parameters. */
    readonly example?: DevelopmentExample
  }
}

export interface DevelopmentExample {
  /** Default: POST with a body, else GET. */
  readonly method?: string
  /** The whole path, prefix included. */
  readonly path: string
  readonly body?: unknown
}

export interface App {
  readonly kind: 'app'
  readonly options: AppOptions
}

const declared = new Set<App>()

/** Declares an application. What is wrong with it is told when it starts, all at once. */
export function app(options: AppOptions): App {
  const created: App = Object.freeze({ kind: 'app', options })
  declared.add(created)
  return created
}

/** The other applications of this process: what they list is listed. */
export const otherApps = (than: App): readonly App[] => [...declared].filter((each) => each !== than)

export const isApp = (value: unknown): value is App =>
  typeof value === 'object' &&
  value !== null &&
  (value as { kind?: unknown }).kind === 'app' &&
  'options' in value
