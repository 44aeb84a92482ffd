/**
 * Wake-ups between processes: LISTEN and NOTIFY on one connection of their own, never on those of commands. NOTIFY takes a
 * lock of the whole server at its commit, so that it does not belong into the commits of commands: what was signalled
 * while one is under way goes with the next, and no more than one goes every few milliseconds.
 *
 * A line that breaks is opened again, with backoff, and everyone looks once, since what was said meanwhile is lost.
 */
import { randomUUID } from 'node:crypto'
import pg from 'pg'
import type { Scheduler } from '../internal/clock.js'
import { outside, ownStream } from '../internal/enclosure.js'
import { backoffMs, type Random } from '../internal/random.js'
import { streamOf } from '../postgres/connection.js'
import type { Line, WakeUps } from './wake-ups.js'

const CHANNEL = 'keelson'
/** At most one NOTIFY in this time. */
export const TELL_EVERY_MS = 20
/** An answer that takes longer means that the line is dead. */
const ANSWER_MS = 5000
/** How often a silent line is tried. */
const TRY_EVERY_MS = 15_000
/** Topics of one NOTIFY: its payload has an end, at 8,000 bytes. */
const TOPICS_MAX = 50

export interface LineParts {
  /** Not through a pooler in transaction mode, which cannot listen. */
  readonly url: string
  readonly wakeUps: WakeUps
  /** Whether to hear others; a process that does no background work only tells them. */
  readonly listens: boolean
  readonly scheduler: Scheduler
  readonly random: Random
  readonly onError: (error: unknown) => void
}

export class WakeUpLine implements Line {
  readonly #parts: LineParts
  /** Ours come back to us, too. */
  readonly #self = randomUUID()
  readonly #topics = new Set<string>()
  #client: pg.Client | undefined
  #isTelling = false
  #failures = 0
  #stopped = false
  #cancel: () => void = () => undefined

  constructor(parts: LineParts) {
    this.#parts = parts
  }

  /** Opens the line in the background. */
  start(): void {
    outside(() => void this.#open())
  }

  stop(): void {
    this.#stopped = true
    this.#cancel()
    const client = this.#client
    this.#client = undefined
    if (client !== undefined) void client.end().catch(() => undefined)
  }

  tell(topics: Iterable<string>): void {
    for (const topic of topics) this.#topics.add(topic)
    if (!this.#isTelling) outside(() => this.#tellSoon())
  }

  #tellSoon(): void {
    const client = this.#client
    if (client === undefined || this.#topics.size === 0) return
    this.#isTelling = true
    const topics = [...this.#topics].slice(0, TOPICS_MAX)
    for (const topic of topics) this.#topics.delete(topic)
    const told = this.#ask(client, 'select pg_notify($1, $2)', [CHANNEL, [this.#self, ...topics].join(' ')])
    const rested = new Promise<void>((resolve) => this.#parts.scheduler.after(TELL_EVERY_MS, resolve))
    void Promise.all([told, rested]).then(() => {
      this.#isTelling = false
      this.#tellSoon()
    })
  }

  async #open(): Promise<void> {
    if (this.#stopped) return
    const { url, listens } = this.#parts
    const client = new pg.Client({
      connectionString: url,
      connectionTimeoutMillis: ANSWER_MS,
      keepAlive: true,
      application_name: 'keelson wake-ups',
    })
    let isOver = false
    const over = (error?: unknown): void => {
      if (isOver) return
      isOver = true
      this.#lost(client, error)
    }
    client.on('error', over)
    client.on('end', () => over())
    client.on('notification', ({ payload }) => this.#heard(payload ?? ''))
    try {
      await client.connect()
      ownStream(streamOf(client)!)
      if (listens) await client.query(`listen ${CHANNEL}`)
    } catch (error) {
      return over(error)
    }
    // Stopped, or broken, while it was being opened.
    if (this.#stopped || isOver) return void client.end().catch(() => undefined)
    this.#client = client
    this.#failures = 0
    this.#parts.wakeUps.heardAll()
    this.#tellSoon()
    this.#tryLater(client)
  }

  /** A network that swallows packets says nothing by itself. */
  #tryLater(client: pg.Client): void {
    this.#cancel = this.#parts.scheduler.after(TRY_EVERY_MS, () => {
      void this.#ask(client, 'select 1', []).then(() => {
        if (this.#client === client) this.#tryLater(client)
      })
    })
  }

  /** Never rejects: a line that does not answer is ended. */
  async #ask(client: pg.Client, text: string, values: readonly unknown[]): Promise<void> {
    const late = this.#parts.scheduler.after(ANSWER_MS, () => streamOf(client)?.destroy())
    try {
      await client.query({ text, values: [...values] })
    } catch {
      streamOf(client)?.destroy()
    } finally {
      late()
    }
  }

  #lost(client: pg.Client, error: unknown): void {
    if (this.#client === client) this.#client = undefined
    void client.end().catch(() => undefined)
    if (this.#stopped) return
    this.#cancel()
    if (this.#failures++ === 0) this.#parts.onError(error)
    const delayMs = 100 + backoffMs(this.#failures, this.#parts.random, 100, 5000)
    this.#cancel = this.#parts.scheduler.after(delayMs, () => void this.#open())
  }

  #heard(payload: string): void {
    const [sender, ...topics] = payload.split(' ')
    if (sender === this.#self) return
    for (const topic of topics) this.#parts.wakeUps.heard(topic)
  }
}
