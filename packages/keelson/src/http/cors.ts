/**
 * Which pages of other origins may use the API from a browser (CORS, the Fetch standard): none, unless configured. Other
 * clients are not concerned.
 */
import type { FastifyReply, FastifyRequest } from 'fastify'
import { addVary } from './compression.js'

export interface CorsOptions {
  /** Such as `https://shop.example`; `*` for every page. */
  readonly origins: '*' | readonly string[] | ((origin: string) => boolean)
  /** Whether browsers may send cookies and the like; not with `*`. Keys in `Authorization` need it not. Default: false. */
  readonly credentials?: boolean
  /** Further headers that pages may send. */
  readonly headers?: readonly string[]
  /** How long a browser may remember what is allowed. Default 600. */
  readonly maxAgeSeconds?: number
}

/** What is wrong with the options, in sentences. */
export function problemsOfCors({ origins, credentials }: CorsOptions): string[] {
  if (origins === '*')
    return credentials === true
      ? ['`http.cors`: every page with cookies is too many: name the `origins`, or leave out `credentials`.']
      : []
  if (typeof origins === 'function') return []
  return origins
    .filter((origin) => !URL.canParse(origin) || new URL(origin).origin !== origin)
    .map((origin) => `\`http.cors\`: \`${origin}\` is no origin: write it like \`https://shop.example\`.`)
}

const METHODS = 'GET, HEAD, POST, PUT, PATCH, DELETE'
const ALLOWED = [
  'authorization',
  'content-type',
  'idempotency-key',
  'if-match',
  'if-none-match',
  'traceparent',
  'x-request-id',
  'x-server-timing',
]
const EXPOSED = [
  'etag',
  'idempotent-replayed',
  'link',
  'location',
  'retry-after',
  'server-timing',
  'traceparent',
  'x-request-id',
]

/** Gives the answer its headers; true where that was all that was asked for (a preflight). */
export type Cors = (request: FastifyRequest, reply: FastifyReply) => boolean

/** `declared`: headers that operations answer with. */
export function corsOf(options: CorsOptions, declared: readonly string[]): Cors {
  const { origins, credentials = false, headers = [], maxAgeSeconds = 600 } = options
  const listed: ReadonlySet<string> | undefined = Array.isArray(origins)
    ? new Set(origins as string[])
    : undefined
  const isAllowed = (origin: string): boolean =>
    origins === '*' || (listed?.has(origin) ?? (origins as (origin: string) => boolean)(origin))
  const allowed = [...ALLOWED, ...headers].join(', ')
  const exposed = [...EXPOSED, ...declared].join(', ')
  return (request, reply) => {
    const { origin, 'access-control-request-method': wanted } = request.raw.headers
    if (origins !== '*') addVary(reply, 'origin')
    const isPreflight = request.raw.method === 'OPTIONS' && origin !== undefined && wanted !== undefined
    if (origin !== undefined && isAllowed(origin)) {
      reply.header('access-control-allow-origin', origins === '*' ? '*' : origin)
      if (credentials) reply.header('access-control-allow-credentials', 'true')
      if (!isPreflight) reply.header('access-control-expose-headers', exposed)
      else {
        reply.header('access-control-allow-methods', METHODS)
        reply.header('access-control-allow-headers', allowed)
        reply.header('access-control-max-age', String(maxAgeSeconds))
      }
    }
    return isPreflight
  }
}
