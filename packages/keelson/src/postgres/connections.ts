/**
 * Connections to Postgres: a bounded pool of pipelined connections whose session settings make Postgres print values
 * in one canonical form. Behind a pooler in transaction mode, session settings and named statements cannot be relied
 * on; that is found out at the first connection.
 */
import pg from 'pg'
import { outside, ownStream } from '../internal/enclosure.js'
import { Connection, streamOf, told, type Backend } from './connection.js'
import { ConnectionLost, sqlStateOf } from './sqlstate.js'

export interface ConnectionOptions {
  readonly url: string
  /** Most connections at once. Default 10. */
  readonly max?: number
  /** `auto`: named statements unless a pooler is in between. Default `auto`. */
  readonly preparedStatements?: 'on' | 'off' | 'auto'
  /** Time limit for reaching the server, in milliseconds. Default 5,000. */
  readonly connectTimeoutMs?: number
  /** Further settings of each session; without effect behind a pooler. */
  readonly session?: Readonly<Record<string, string | number>>
  /**
   * How long the answer to a burst may take before its connection counts as lost, in milliseconds. The server's own
   * limits come first; this one is for a network that swallows packets. Default 20,000.
   */
  readonly answerTimeoutMs?: number
  /** Told of connections that fail while idle. */
  readonly onIdleError?: (error: Error) => void
}

export const ANSWER_TIMEOUT_MS = 20_000

/** How often connections are looked at. */
const WATCH_MS = 1000

/** What every session is set to, so that values print in one form. */
const SESSION: Readonly<Record<string, string | number>> = {
  TimeZone: 'UTC',
  DateStyle: 'ISO',
  IntervalStyle: 'postgres',
  extra_float_digits: 1,
  bytea_output: 'hex',
  jit: 'off',
  'keelson.direct': 1,
}

/** A bounded pool. Each connection serves one borrower at a time, save those that waves share. */
export class Connections {
  readonly #options: Required<Omit<ConnectionOptions, 'onIdleError'>> & Pick<ConnectionOptions, 'onIdleError'>
  readonly #idle: Connection[] = []
  readonly #all = new Set<Connection>()
  readonly #waiting: { resolve: (connection: Connection) => void; reject: (error: unknown) => void }[] = []
  #open = 0
  #closed = false
  #watch: NodeJS.Timeout | undefined
  #pooler: boolean | undefined
  #probe: Promise<void> | undefined

  constructor(options: ConnectionOptions) {
    this.#options = {
      max: 10,
      preparedStatements: 'auto',
      connectTimeoutMs: 5000,
      session: {},
      answerTimeoutMs: ANSWER_TIMEOUT_MS,
      ...options,
    }
  }

  /** Most connections at once. */
  get max(): number {
    return this.#options.max
  }

  get usage(): { readonly open: number; readonly idle: number; readonly waiting: number } {
    return { open: this.#open, idle: this.#idle.length, waiting: this.#waiting.length }
  }

  /** Whether a pooler in transaction mode stands between; known after the first connection. */
  get behindPooler(): boolean {
    return this.#pooler === true
  }

  /** A connection of one's own, to be given back by `release`. Waits while all are lent. */
  async acquire(): Promise<Connection> {
    if (this.#closed) throw new ConnectionLost(new Error('The connections are closed.'))
    for (let idle = this.#idle.pop(); idle !== undefined; idle = this.#idle.pop()) {
      if (idle.usable) return idle.lend()
      this.#open--
    }
    if (this.#open >= this.#options.max) {
      return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }))
    }
    this.#open++
    try {
      return await this.#connect()
    } catch (error) {
      this.#open--
      this.#replaceLost()
      throw error
    }
  }

  release(connection: Connection): void {
    if (!connection.usable || this.#closed) {
      this.#open--
      if (this.#closed) void connection.end().catch(() => connection.destroy())
      else connection.destroy()
      this.#replaceLost()
      return
    }
    const waiting = this.#waiting.shift()
    if (waiting) waiting.resolve(connection.lend())
    else this.#idle.push(connection)
  }

  /** Runs `work` on a connection of its own. */
  async use<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
    const connection = await this.acquire()
    try {
      return await work(connection)
    } finally {
      this.release(connection)
    }
  }

  /** Runs `work` where nothing can be written, on sessions that are opened read-only. */
  readOnly<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
    return this.use(async (connection) => {
      if (!this.behindPooler) return work(connection)
      await connection.script('begin transaction read only; set local statement_timeout = 10000')
      try {
        return await work(connection)
      } finally {
        await connection.script('rollback').catch(() => connection.destroy())
      }
    })
  }

  /** One statement; values are converted by the driver, rows come as objects with the driver's types. */
  query<R extends pg.QueryResultRow = pg.QueryResultRow>(
    text: string,
    values: readonly unknown[] = [],
  ): Promise<pg.QueryResult<R>> {
    return this.use((connection) => connection.query<R>(text, values))
  }

  /** Runs `work` between BEGIN and COMMIT on one connection; ROLLBACK if it throws. */
  transaction<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
    return this.use(async (connection) => {
      await connection.script('begin')
      try {
        const result = await work(connection)
        await connection.script('commit')
        return result
      } catch (error) {
        await connection.script('rollback').catch(() => connection.destroy())
        throw error
      }
    })
  }

  async close(): Promise<void> {
    this.#closed = true
    clearInterval(this.#watch)
    for (const waiting of this.#waiting.splice(0))
      waiting.reject(new ConnectionLost(new Error('The connections are closed.')))
    await Promise.all(
      this.#idle.splice(0).map((connection) => connection.end().catch(() => connection.destroy())),
    )
  }

  /** A connection was lost: one who waits may open another. */
  #replaceLost(): void {
    const waiting = this.#waiting.shift()
    if (waiting) this.acquire().then(waiting.resolve, waiting.reject)
  }

  async #connect(): Promise<Connection> {
    if (this.#pooler === undefined) {
      this.#probe ??= this.#findPooler().finally(() => (this.#probe = undefined))
      await this.#probe
    }
    const client = await this.#dial(!this.#pooler)
    const { preparedStatements } = this.#options
    const connection = new Connection(
      client,
      preparedStatements === 'on' || (preparedStatements === 'auto' && !this.#pooler),
      this.#pooler ? undefined : await backendOf(client),
    )
    this.#all.add(connection)
    this.#watch ??= setInterval(() => this.#endOverdue(), WATCH_MS).unref()
    return connection
  }

  /** A pooler refuses or swallows `options`: our own setting does not arrive. */
  async #findPooler(): Promise<void> {
    try {
      const client = await this.#dial(true)
      const { rows } = await client.query<{ direct: string | null }>(
        "select current_setting('keelson.direct', true) as direct",
      )
      this.#pooler = rows[0]?.direct !== '1'
      await client.end()
    } catch (error) {
      // 08P01: PgBouncer's «unsupported startup parameter».
      if (sqlStateOf(error) !== '08P01') throw error
      this.#pooler = true
    }
  }

  #endOverdue(): void {
    for (const connection of this.#all) {
      if (connection.usable) connection.endIfOverdue(this.#options.answerTimeoutMs)
      else this.#all.delete(connection)
    }
  }

  #settings(): string {
    return Object.entries({ ...SESSION, ...this.#options.session })
      .map(([name, value]) => `-c ${name}=${value}`)
      .join(' ')
  }

  /** A handler's read may be what opens a connection, which is not the handler's for that. */
  #dial(withSession: boolean): Promise<pg.Client> {
    return outside(() => this.#openClient(withSession))
  }

  async #openClient(withSession: boolean): Promise<pg.Client> {
    const client = new pg.Client({
      connectionString: this.#options.url,
      connectionTimeoutMillis: this.#options.connectTimeoutMs,
      keepAlive: true,
      application_name: 'keelson',
      ...(withSession ? { options: this.#settings() } : {}),
    })
    // Without a listener an error on an idle connection would end the process.
    client.on('error', (error) => this.#options.onIdleError?.(error))
    try {
      await client.connect()
      ownStream(streamOf(client)!)
    } catch (error) {
      await client.end().catch(() => undefined)
      throw told(error)
    }
    return client
  }
}

/** Who serves this connection, so that it can be ended should the connection break: asked once a connection. */
async function backendOf(client: pg.Client): Promise<Backend> {
  try {
    const { rows } = await client.query<Backend>(
      'select pid, backend_start::text as "startedAt" from pg_stat_get_activity(pg_backend_pid())',
    )
    return rows[0]!
  } catch (error) {
    await client.end().catch(() => undefined)
    throw told(error)
  }
}
