import { setTimeout as pause } from 'node:timers/promises'

/** The answers after which the same request, sent again with the same key, may come to another. */
const AGAIN: ReadonlySet<number> = new Set([408, 429, 500, 502, 503, 504])

/** Sends until there is an answer to keep; takes effect once, however often it had to be sent. */
export async function sendOnce(url: string, init: RequestInit, tries = 10): Promise<Response> {
  const headers = new Headers(init.headers)
  headers.set('Idempotency-Key', `"${crypto.randomUUID()}"`)
  for (let left = tries; ; left--) {
    // Whether it took effect cannot be told where the connection broke: the key lets us ask again.
    const response = await fetch(url, { ...init, headers }).catch((error: unknown) => {
      if (left <= 1) throw error
    })
    if (response !== undefined && (left <= 1 || !(await mayChange(response)))) return response
    await pause(1000 * Number(response?.headers.get('Retry-After') ?? 0.2))
  }
}

async function mayChange(response: Response): Promise<boolean> {
  if (response.status !== 409) return AGAIN.has(response.status)
  const { code } = (await response.clone().json()) as { code?: string }
  return code === 'idempotency_in_progress'
}
