/** What follows a try that failed: another one, later each time, until the last; and whose failure it was. */
import { KeelsonError } from '../errors.js'
import { backoffMs, type Random } from '../internal/random.js'
import type { Held } from './held.js'
import { LostTry } from './lost-try.js'
import { UnreadableEvent } from './stored-payload.js'

/** Between tries: about this long at first, doubling, at most a minute. */
export const RETRY_MS = 100
export const RETRY_MAX_MS = 60_000
const ERROR_CHARACTERS_MAX = 500

export interface Patience {
  /** Tries of an event before its key is parked. */
  readonly attemptsMax: number
  readonly random: Random
}

/** How a key is held after its try number `attempts` (from 1) failed. What cannot be read is parked at once. */
export function heldAfter(error: unknown, key: string, attempts: number, patience: Patience): Held {
  const cause = causeOf(error)
  const unreadable = cause instanceof UnreadableEvent ? cause : undefined
  const { attemptsMax, random } = patience
  const isParked = unreadable !== undefined || attempts >= attemptsMax
  const message = cause instanceof Error ? cause.message : String(cause)
  return {
    key,
    reason: unreadable?.reason ?? (cause instanceof LostTry ? 'lost' : 'failed'),
    error: message.slice(0, ERROR_CHARACTERS_MAX),
    attempts,
    retryMs: isParked ? null : RETRY_MS + backoffMs(attempts, random, RETRY_MS, RETRY_MAX_MS),
  }
}

/** The database's failure, or ours: nothing that the handler could do better. */
export const isOutage = (error: unknown): boolean =>
  error instanceof KeelsonError &&
  ['database_unavailable', 'outcome_unknown', 'overloaded'].includes(error.code)

/** What a handler threw is the cause of what callers are shown. */
const causeOf = (error: unknown): unknown =>
  error instanceof KeelsonError && error.code === 'internal' && error.cause !== undefined
    ? error.cause
    : error
