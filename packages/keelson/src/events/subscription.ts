/**
 * A subscriber at work: one process at a time, a page of events after the other; in a page the events of a key one after
 * the other, keys beside each other, several events in a commit. What fails is held and tried again later (`held.ts`), so that a page always ends.
 */
import type { EffectRow } from '../engine/port.js'
import { failpoint } from '../internal/failpoint.js'
import type { Random } from '../internal/random.js'
import type { Connections } from '../postgres/connections.js'
import type { Log } from '../telemetry/log.js'
import { traceFields } from '../telemetry/trace-fields.js'
import type { Lease } from '../work/lease.js'
import type { LedWork } from '../work/led.js'
import { heldAfter, isOutage } from './failed-try.js'
import { readPage, type StoredEvent } from './feed.js'
import { dueKeys, firstHeld, freeKey, heldDone, holdAgain, type DueKey, type Held } from './held.js'
import { leaseOf } from './fenced.js'
import { advance, isOvertaken, markOf, RESET_POSITION } from './marks.js'
import { beginTry, countLostTry, LostTry, tryBegun } from './lost-try.js'
import { POSITIONS } from './mover.js'
import { beginAnew, loadState, readWishes, type SubscriptionState } from './subscription-state.js'

/** Events of one page. */
export const PAGE_EVENTS = 500
/**
 * Events of one commit's handlers. They run one after the other, so that as many reads of one shape may follow each other as
 * development lets pass.
 */
export const BATCH_EVENTS = 8
/** Held events of one key in one round. */
const HELD_EVENTS_MAX = 200
/** Wake-ups may get lost. */
const POLL_MS = 1000

/** An event, and what is to be recorded with its effects. */
export interface MarkedEvent {
  readonly event: StoredEvent
  readonly mark: EffectRow
}

export interface SubscriptionParts {
  readonly subscriber: string
  /** Of the events that it takes. */
  readonly names: readonly string[]
  readonly fromNow: boolean
  /** Tries of an event before its key is parked. */
  readonly attemptsMax: number
  /** Commits the effects of all of these, in their order, together with the marks, or rejects with what went wrong. */
  readonly handle: (events: readonly MarkedEvent[]) => Promise<void>
  /** Empties what the subscriber has built, in one commit with the mark; undefined where it cannot begin anew. */
  readonly reset: ((mark: EffectRow) => Promise<void>) | undefined
  readonly connections: Connections
  readonly random: Random
  readonly log: Log
}

/** Said when somebody asks for a retry, a skip or a rebuild. */
const WISHES = 'keelson.subscribers'

export class Subscription implements LedWork {
  readonly name: string
  readonly wakeOn = [POSITIONS, WISHES]
  readonly #parts: SubscriptionParts
  #state: SubscriptionState | undefined
  #fence: string | undefined
  /** Whether the one before was lost, and may have been by what comes now. */
  #isCareful = false
  /** Whether what the one before had begun is still to be counted. */
  #isHeir = false

  constructor(parts: SubscriptionParts) {
    this.#parts = parts
    this.name = leaseOf(parts.subscriber)
  }

  async lead(lease: Lease, signal: AbortSignal): Promise<number> {
    const { connections, subscriber, fromNow, reset } = this.#parts
    const registration = { subscriber, fromNow, resets: reset !== undefined }
    if (this.#fence !== lease.fence) this.#begin(lease)
    try {
      const state = (this.#state ??= await loadState(connections, registration, lease))
      if (this.#isHeir) await this.#inherit(state, lease)
      const { isRebuild, retryMs } = await readWishes(connections, subscriber)
      if (isRebuild) return await this.#rebuild(lease)
      const isFull = await this.#page(state, lease, signal)
      const isDue = retryMs !== null && retryMs <= 0
      if (isDue) await this.#retry(state, lease, signal)
      this.#isCareful = false
      return isFull || isDue ? 0 : Math.max(1, Math.min(POLL_MS, retryMs ?? POLL_MS))
    } catch (error) {
      // What was done and what was not is told by the database.
      this.#state = undefined
      if (signal.aborted) return 0
      throw error
    }
  }

  /** With a new lease: what was remembered may be out of date. */
  #begin(lease: Lease): void {
    this.#fence = lease.fence
    this.#state = undefined
    if (lease.isInherited) this.#isHeir = this.#isCareful = true
  }

  /** Counts the try in which the leader before was lost, where it had said so. */
  async #inherit(state: SubscriptionState, lease: Lease): Promise<void> {
    const { connections, subscriber, log } = this.#parts
    const begun = await tryBegun(connections, subscriber)
    if (begun !== undefined) {
      const held = heldAfter(new LostTry(), begun.key, begun.attempts + 1, this.#parts)
      await countLostTry(connections, subscriber, held, lease)
      state.heldKeys.add(held.key)
      const { key, attempts, retryMs } = held
      log.warn(
        { subscriber, eventKey: key, attempts },
        `A process was lost while a subscriber handled an event. ${whatFollows(retryMs)}`,
      )
    }
    this.#isHeir = false
  }

  /** Handles the next page and goes past it; whether there may be more. */
  async #page(state: SubscriptionState, lease: Lease, signal: AbortSignal): Promise<boolean> {
    const { connections, subscriber, names } = this.#parts
    const { events, end, isFull } = await readPage(connections, state.position, names, PAGE_EVENTS)
    if (end === state.position) return false
    if (events.length > 0) failpoint('event-claimed')
    const keys: Held[] = []
    const waiting: StoredEvent[] = []
    const ended = await Promise.allSettled(
      (this.#isCareful ? [events] : lanesOf(events)).map(async (lane) => {
        const { failures, left } = await this.#lane(lane, state, lease, signal)
        keys.push(...failures)
        waiting.push(...left)
      }),
    )
    for (const each of ended) if (each.status === 'rejected') throw each.reason
    if (!(await advance(connections, subscriber, end, { keys, events: waiting }, lease)))
      this.#overtaken(lease)
    state.position = end
    for (const { key } of keys) state.heldKeys.add(key)
    return isFull || keys.length > 0
  }

  /** The events of some keys, in order, several in one commit; of a key that fails the rest is left. */
  async #lane(
    lane: readonly StoredEvent[],
    state: SubscriptionState,
    lease: Lease,
    signal: AbortSignal,
  ): Promise<{ failures: readonly Held[]; left: readonly StoredEvent[] }> {
    const failures: Held[] = []
    const left: StoredEvent[] = []
    const waits = ({ key }: StoredEvent): boolean =>
      state.heldKeys.has(key) || failures.some((failure) => failure.key === key)
    const open = lane.filter(({ position }) => !state.done.has(position))
    const size = this.#isCareful ? 1 : BATCH_EVENTS
    for (let at = 0; at < open.length; at += size) {
      const batch = open.slice(at, at + size).filter((event) => !waits(event))
      left.push(...open.slice(at, at + size).filter(waits))
      if (batch.length > 1 && (await this.#tryAll(batch, lease, signal))) continue
      for (const event of batch) {
        const failure = waits(event) ? undefined : await this.#try(event, NEW, lease, signal)
        if (failure !== undefined) failures.push(failure)
        if (waits(event)) left.push(event)
      }
    }
    return { failures, left }
  }

  /** All of them in one commit; false where one of them fails, whichever it is. */
  async #tryAll(events: readonly StoredEvent[], lease: Lease, signal: AbortSignal): Promise<boolean> {
    try {
      await this.#handle(events, lease, signal)
      return true
    } catch (error) {
      if (signal.aborted || lease.lost.aborted || isOutage(error)) throw error
      return false
    }
  }

  /** Rejects with what the handler threw, or with what befell the database or us. */
  async #handle(events: readonly StoredEvent[], lease: Lease, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    const { subscriber, handle } = this.#parts
    try {
      await handle(events.map((event) => ({ event, mark: markOf(subscriber, event.position, lease) })))
    } catch (error) {
      if (isOvertaken(error)) this.#overtaken(lease)
      throw error
    }
    failpoint('event-applied')
  }

  /** One try of an event. Rejects where it is not the handler that failed. */
  async #try(
    event: StoredEvent,
    before: Pick<DueKey, 'attempts' | 'reason'>,
    lease: Lease,
    signal: AbortSignal,
  ): Promise<Held | undefined> {
    const { connections, subscriber } = this.#parts
    try {
      if (this.#isCareful || before.reason === 'lost') await beginTry(connections, subscriber, event, lease)
      await this.#handle([event], lease, signal)
      return undefined
    } catch (error) {
      if (signal.aborted || lease.lost.aborted || isOutage(error)) throw error
      const held = heldAfter(error, event.key, before.attempts + 1, this.#parts)
      this.#tell(event, held, error)
      return held
    }
  }

  #tell(event: StoredEvent, { attempts, retryMs, reason }: Held, error: unknown): void {
    const { subscriber, log } = this.#parts
    const { name, id, key, traceparent } = event
    const which = { subscriber, event: name, eventId: id, eventKey: key, ...traceFields(traceparent) }
    log.warn(
      { err: error, ...which, attempts, reason },
      `A subscriber failed at an event. ${whatFollows(retryMs)}`,
    )
  }

  /** Tries the keys whose time has come: beside each other, those at which a process was lost by themselves. */
  async #retry(state: SubscriptionState, lease: Lease, signal: AbortSignal): Promise<void> {
    const due = await dueKeys(this.#parts.connections, this.#parts.subscriber)
    const isAlone = ({ reason }: DueKey): boolean => this.#isCareful || reason === 'lost'
    const together = due.filter((key) => !isAlone(key))
    const ended = await Promise.allSettled(together.map((key) => this.#retryKey(key, state, lease, signal)))
    for (const each of ended) if (each.status === 'rejected') throw each.reason
    for (const key of due.filter(isAlone)) await this.#retryKey(key, state, lease, signal)
  }

  async #retryKey(due: DueKey, state: SubscriptionState, lease: Lease, signal: AbortSignal): Promise<void> {
    const { connections, subscriber } = this.#parts
    const { key, reason } = due
    let { attempts } = due
    for (let count = 0; count < HELD_EVENTS_MAX; count++) {
      const event = await firstHeld(connections, subscriber, key)
      if (event === undefined) {
        if (await freeKey(connections, subscriber, key, lease)) state.heldKeys.delete(key)
        return
      }
      const failure = await this.#try(event, { attempts, reason }, lease, signal)
      if (failure !== undefined) return holdAgain(connections, subscriber, failure, lease)
      await heldDone(connections, subscriber, event, lease)
      attempts = 0
    }
  }

  async #rebuild(lease: Lease): Promise<number> {
    const { connections, subscriber, reset, log } = this.#parts
    await reset?.(markOf(subscriber, RESET_POSITION, lease))
    await beginAnew(connections, subscriber, lease)
    this.#state = undefined
    log.info({ subscriber }, 'A subscriber begins anew, at the first event.')
    return 0
  }

  #overtaken(lease: Lease): never {
    lease.lose()
    throw new Error(`The subscriber ${this.#parts.subscriber} is led by another process now.`)
  }
}

/** Keys beside each other, as many as fill a batch each; all events of a key in one lane, in order. */
function lanesOf(events: readonly StoredEvent[]): StoredEvent[][] {
  const places = new Map<string, number>()
  for (const { key } of events) if (!places.has(key)) places.set(key, places.size)
  const lanes: StoredEvent[][] = Array.from({ length: Math.ceil(places.size / BATCH_EVENTS) }, () => [])
  for (const event of events) lanes[places.get(event.key)! % lanes.length]!.push(event)
  return lanes
}

/** An event that was not tried before. */
const NEW = { attempts: 0, reason: 'failed' } as const

const whatFollows = (retryMs: number | null): string =>
  retryMs === null ? 'Its key is parked: `keelson events parked` shows it.' : 'It is tried again.'
