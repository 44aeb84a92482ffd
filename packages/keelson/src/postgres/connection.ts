/** One connection to Postgres: bursts of statements in Postgres' own texts, and queries with the driver's types. */
import type pg from 'pg'
import {
  BurstQuery,
  StatementSkipped,
  type BurstPart,
  type Prepared,
  type Statement,
  type TextResult,
} from './burst-query.js'
import { DISCARD_PLANS, PlanRenewal } from './plan-renewal.js'
import { ConnectionLost, sqlStateOf } from './sqlstate.js'

/** What the server did not say itself means that it could not be heard. */
export const told = (error: unknown): Error =>
  sqlStateOf(error) === undefined && !(error instanceof StatementSkipped)
    ? new ConnectionLost(error)
    : (error as Error)

/** The process of the server that serves a connection. */
export interface Backend {
  readonly pid: number
  /** When it started, as the server prints it: process ids come again. */
  readonly startedAt: string
}

/** Nobody waits for it: where it fails, so does what comes behind it in the burst. */
const RENEWAL: BurstPart = {
  statement: DISCARD_PLANS,
  values: [],
  resolve: () => undefined,
  reject: () => undefined,
}

/** One connection. What is sent while it is busy waits its turn. */
export class Connection {
  readonly #client: pg.Client
  readonly #named: boolean
  readonly #prepared: Prepared = new Map()
  readonly #renewal = new PlanRenewal(performance.now())
  #gathered: BurstPart[] | undefined
  #failure: unknown
  #mayRenew = true
  #latest: { readonly burst: BurstQuery; readonly sentMs: number } | undefined

  /** Undefined where a pooler lends a backend for one transaction at a time. */
  readonly backend: Backend | undefined

  constructor(client: pg.Client, named: boolean, backend?: Backend) {
    this.backend = backend
    this.#client = client
    this.#named = named
    client.on('error', this.#onError)
    client.on('end', this.#onEnd)
  }

  readonly #onError = (error: Error): void => {
    this.#failure ??= error
  }

  readonly #onEnd = (): void => {
    this.#failure ??= new Error('The connection was closed.')
  }

  /** Leaves the client to whom it belongs. */
  letGo(): void {
    this.#client.off('error', this.#onError)
    this.#client.off('end', this.#onEnd)
  }

  /** Whether the connection can still be used. */
  get usable(): boolean {
    return this.#failure === undefined
  }

  /** For queries with the driver's own types. */
  get client(): pg.Client {
    return this.#client
  }

  /** Sends a statement, at once or with the burst that is being gathered; parameters and rows are Postgres' texts. */
  send(statement: Statement, values: readonly (string | null)[] = []): Promise<TextResult> {
    return new Promise((resolve, reject) => {
      const part: BurstPart = { statement, values, resolve, reject: (error) => reject(told(error)) }
      if (this.#gathered) this.#gathered.push(part)
      else this.#submit([part])
    })
  }

  /** Gathers what is sent from now on into one burst. */
  cork(): void {
    this.#gathered ??= []
  }

  /** Sends the burst that was gathered. */
  uncork(): void {
    const parts = this.#gathered
    this.#gathered = undefined
    if (parts && parts.length > 0) this.#submit(parts)
  }

  /** A statement with the driver's own values and rows. */
  async query<R extends pg.QueryResultRow>(
    text: string,
    values: readonly unknown[],
  ): Promise<pg.QueryResult<R>> {
    try {
      // Extended also without values: one text is one statement, and cannot end the transaction behind another.
      return await this.#client.query<R>({
        text,
        values: values as unknown[],
        queryMode: 'extended',
      } as pg.QueryConfig)
    } catch (error) {
      throw told(error)
    }
  }

  /** Statements without parameters in one message, one of which may be several. */
  async script(text: string): Promise<void> {
    try {
      await this.#client.query(text)
    } catch (error) {
      throw told(error)
    }
  }

  /** Lent anew, outside of any transaction: within a failed one, nothing may come before the way out of it. */
  lend(): this {
    this.#mayRenew = true
    return this
  }

  /** Ends the connection if its latest burst has waited longer than this for an answer. */
  endIfOverdue(limitMs: number): void {
    if (this.#latest && !this.#latest.burst.isSettled && performance.now() - this.#latest.sentMs > limitMs)
      this.destroy()
  }

  /** Ends the connection without waiting. */
  destroy(): void {
    this.#failure ??= new Error('The connection was destroyed.')
    streamOf(this.#client)?.destroy()
  }

  async end(): Promise<void> {
    if (this.usable) await this.#client.end()
    else this.destroy()
  }

  #submit(parts: readonly BurstPart[]): void {
    if (!this.usable) {
      for (const part of parts) part.reject(this.#failure)
      return
    }
    const nowMs = performance.now()
    const isRenewed = this.#named && this.#mayRenew && this.#renewal.isDue(nowMs)
    this.#mayRenew = false
    const burst = new BurstQuery(isRenewed ? [RENEWAL, ...parts] : parts, this.#prepared, this.#named)
    this.#latest = { burst, sentMs: nowMs }
    // keelson-ignore floating-promise -- Given a submittable, the driver gives no promise: the burst itself is told.
    this.#client.query(burst as unknown as pg.Submittable)
  }
}

/** After a handshake that encrypts: the encrypted one. */
export function streamOf(client: pg.Client): import('node:net').Socket | undefined {
  return (client as unknown as { connection?: { stream?: import('node:net').Socket } }).connection?.stream
}
