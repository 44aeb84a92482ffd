/**
 * What an answer says about the command behind it. Under one once-only key some answers are verdicts that are kept and
 * given again byte by byte; others only tell that this attempt did nothing, and the next may be told otherwise.
 */
import type { Operation, Outcome } from '../history/operation.js'
import { ms } from './words.js'

export type Standing =
  /** Kept under the key: from the first one on there is no other. */
  | 'kept'
  /** The request was not fit to be executed; the same each time, but made anew. */
  | 'unfit'
  /** This attempt was turned away, for reasons that have nothing to do with the command. */
  | 'turned-away'
  /** Nothing that could be relied on. */
  | 'unknown'

/** Made before an operation is reached, and so each with its own request id (`ERRORS` of Keelson). */
const UNFIT: ReadonlySet<string> = new Set([
  'invalid_input',
  'invalid_request',
  'invalid_json',
  'invalid_cursor',
  'invalid_idempotency_key',
  'method_not_allowed',
  'body_too_large',
  'unsupported_media_type',
  'headers_too_large',
])

/** The key is held by an attempt under way; the key belongs to a request that differs; the request was too slow. */
export const KEY_REUSED = 'idempotency_key_reused'
const TURNED_AWAY: ReadonlySet<string> = new Set(['idempotency_in_progress', KEY_REUSED, 'request_timeout'])

/** Who the caller is, what they may do and how busy the service is can change. */
const CHANGING_STATUS: ReadonlySet<number> = new Set([401, 403, 429])

export function standingOf(outcome: Outcome): Standing {
  if (outcome.kind === 'unknown' || outcome.status >= 500) return 'unknown'
  if (outcome.kind === 'ok') return 'kept'
  if (TURNED_AWAY.has(outcome.code) || CHANGING_STATUS.has(outcome.status)) return 'turned-away'
  return UNFIT.has(outcome.code) ? 'unfit' : 'kept'
}

/** `#12 (client 3, app-1, 10.2 to 14.8 ms) pay {"amount":1}: 200 {"id":7}` */
export function operationInWords({ id, client, process, name, input, ...rest }: Operation): string {
  const { invokedMs, completedMs, outcome } = rest
  const sent = `#${id} (client ${client}, ${process}, ${ms(invokedMs)} to ${ms(completedMs)})`
  return `${sent} ${name} ${cut(JSON.stringify(input) ?? '')}: ${outcomeInWords(outcome)}`
}

const outcomeInWords = (outcome: Outcome): string =>
  outcome.kind === 'unknown' ? `unknown, ${outcome.reason}` : `${outcome.status} ${cut(outcome.body)}`

const SHOWN_MAX = 300

const cut = (text: string): string => (text.length > SHOWN_MAX ? `${text.slice(0, SHOWN_MAX)}…` : text)
