/**
 * The once-only key of a request as the engine takes it: its row is written in the commit of the command, so that the
 * effect and the answer exist together or not at all. A repetition gets the stored bytes.
 */
import { KeelsonError } from '../errors.js'
import type { Claim } from '../engine/invocation.js'
import type { EffectTable } from '../engine/port.js'
import { fingerprintOf, keyHash } from './fingerprint.js'

/** What is kept of an answer. */
export interface StoredAnswer {
  readonly status: number
  /**
   * By name in lower case: `location`, `etag`, and what the operation declares. `content-type` where it is not the one
   * that follows from the status.
   */
  readonly headers: Readonly<Record<string, string>> | undefined
  /** The body's very text; null where there is none. */
  readonly body: string | null
}

export const ANSWERS: EffectTable = Object.freeze({
  name: 'keelson.idempotency',
  columns: Object.freeze([
    { name: 'key', type: 'uuid' },
    { name: 'fingerprint', type: 'uuid' },
    { name: 'status', type: 'smallint' },
    { name: 'headers', type: 'text' },
    { name: 'body', type: 'text' },
  ]),
  lookup: 'key',
})

export interface ClaimOptions<A extends StoredAnswer> {
  readonly callerId: string | null
  readonly operation: string
  readonly idempotencyKey: string
  /** The request as it was sent, after validation. */
  readonly rawInput: unknown
  /** An answer made from a stored one. */
  readonly replay: (stored: StoredAnswer) => A
  /** An answer that refuses. */
  readonly refuse: (error: KeelsonError) => A
}

export function claimOf<A extends StoredAnswer>(options: ClaimOptions<A>): Claim<A> {
  const { key, lock } = keyHash(options.callerId, options.operation, options.idempotencyKey)
  const fingerprint = fingerprintOf(options.rawInput)
  return {
    table: ANSWERS,
    key,
    lock,
    recall(row) {
      if (row[1] !== fingerprint) return options.refuse(new KeelsonError('idempotency_key_reused'))
      const headers = row[3] === null ? undefined : (JSON.parse(row[3]!) as Record<string, string>)
      return options.replay({ status: Number(row[2]), headers, body: row[4]! })
    },
    record({ status, headers, body }) {
      if (!isFinal(status)) return undefined
      return [key, fingerprint, String(status), headers === undefined ? null : JSON.stringify(headers), body]
    },
    busy: () => options.refuse(new KeelsonError('idempotency_in_progress')),
  }
}

/**
 * Whether the answer is a verdict on the request itself: a success, an error that the operation declares, or one that its
 * reads and writes came to (404 `not_found`, 409 `unique_violation`). Who the caller is, what they may do and how busy we
 * are can change; such answers are given anew, declared or not.
 */
const isFinal = (status: number): boolean =>
  status < 500 && status !== 401 && status !== 403 && status !== 429
