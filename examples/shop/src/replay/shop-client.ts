/**
 * The shop as a client sees it: JSON over HTTP, sent again where the answer is that it may be. A request survives a
 * server that is killed and restarted; it gives up when no attempt has succeeded for `patienceMs`.
 */
import { setTimeout as sleep } from 'node:timers/promises'

export interface Answer {
  readonly status: number
  readonly body: Readonly<Record<string, unknown>>
  /** The server had answered this Idempotency-Key before. */
  readonly replayed: boolean
}

export interface ShopRequest {
  readonly method: 'GET' | 'POST' | 'PUT'
  /** With its prefix: `/v1/orders`. */
  readonly path: string
  readonly body?: unknown
  readonly idempotencyKey?: string
}

export interface ShopClientOptions {
  /** Such as `http://localhost:3000`. */
  readonly url: string
  readonly key: string
  /** Default: ten minutes. */
  readonly patienceMs?: number
  readonly signal?: AbortSignal
}

export interface ShopClient {
  /** Rejects only if the server cannot be reached, or cannot serve, for too long; refusals are answers. */
  send(request: ShopRequest): Promise<Answer>
  /** A GET that must answer 200. */
  read(path: string): Promise<Readonly<Record<string, unknown>>>
}

const ATTEMPT_TIMEOUT_MS = 30_000
const BACKOFF_FIRST_MS = 100
const BACKOFF_MAX_MS = 2_000
const BUSY_STATUSES = new Set([429, 502, 503, 504])

const mayBeSentAgain = ({ status, body }: Answer): boolean =>
  BUSY_STATUSES.has(status) || body['code'] === 'idempotency_in_progress'

/** Doubles with each attempt, up to a bound; the random half keeps clients from coming back all at once. */
const backoffMs = (attempt: number): number =>
  Math.min(BACKOFF_MAX_MS, BACKOFF_FIRST_MS * 2 ** attempt) * (0.5 + Math.random() / 2)

const parse = (text: string): Readonly<Record<string, unknown>> => {
  try {
    return JSON.parse(text) as Readonly<Record<string, unknown>>
  } catch {
    return { title: text.slice(0, 200) }
  }
}

/** The status and what the problem says of itself. */
export const describe = ({ status, body }: Answer): string =>
  [status, body['code'], body['detail'] ?? body['title']]
    .filter((part) => typeof part !== 'object')
    .join(' ')
    .trim()

const reasonOf = (error: Error): string =>
  error.cause instanceof Error ? error.cause.message : error.message

export const shopClient = ({ url, key, patienceMs = 600_000, signal }: ShopClientOptions): ShopClient => {
  const attempt = async ({ method, path, body, idempotencyKey }: ShopRequest): Promise<Answer> => {
    const timeout = AbortSignal.timeout(ATTEMPT_TIMEOUT_MS)
    const response = await fetch(new URL(path, url), {
      method,
      headers: {
        authorization: `Bearer ${key}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(idempotencyKey !== undefined && { 'idempotency-key': idempotencyKey }),
      },
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    })
    const replayed = response.headers.get('idempotent-replayed') === 'true'
    return { status: response.status, body: parse(await response.text()), replayed }
  }

  const send = async (request: ShopRequest): Promise<Answer> => {
    const givesUpAt = performance.now() + patienceMs
    for (let attempts = 0; ; attempts += 1) {
      const answer = await attempt(request).catch((error: unknown) => {
        signal?.throwIfAborted()
        return error instanceof Error ? error : new Error(String(error))
      })
      const failed = answer instanceof Error
      if (!failed && !mayBeSentAgain(answer)) return answer
      if (performance.now() > givesUpAt) {
        const last = failed ? reasonOf(answer) : describe(answer)
        throw new Error(`${url} did not serve for ${Math.round(patienceMs / 1000)} s: ${last}`)
      }
      await sleep(backoffMs(attempts), undefined, { signal })
    }
  }

  return {
    send,
    async read(path) {
      const answer = await send({ method: 'GET', path })
      if (answer.status !== 200) throw new Error(`GET ${path}: ${describe(answer)}`)
      return answer.body
    },
  }
}
