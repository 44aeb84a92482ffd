/**
 * Connections to Postgres: a bounded pool of pipelined connections whose session settings make Postgres print values
 * in one canonical form. Behind a pooler in transaction mode, session settings and named statements cannot be relied
 * on; that is found out at the first connection.
 */
import pg from 'pg'
import { BurstQuery, StatementSkipped, type BurstPart, type Prepared, type Statement, type TextResult } from './burst-query.js'
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
  /** Told of connections that fail while idle. */
  readonly onIdleError?: (error: Error) => void
}

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

/** What the server did not say itself means that it could not be heard. */
const told = (error: unknown): unknown =>
  sqlStateOf(error) === undefined && !(error instanceof StatementSkipped) ? new ConnectionLost(error) : error

/** One connection. What is sent while it is busy waits its turn. */
export class Connection {
  readonly #client: pg.Client
  readonly #named: boolean
  readonly #prepared: Prepared = new Map()
  #gathered: BurstPart[] | undefined
  #failure: unknown

  constructor(client: pg.Client, named: boolean) {
    this.#client = client
    this.#named = named
    client.on('error', (error) => {
      this.#failure ??= error
    })
    client.on('end', () => {
      this.#failure ??= new Error('The connection was closed.')
    })
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
  async query<R extends pg.QueryResultRow>(text: string, values: readonly unknown[]): Promise<pg.QueryResult<R>> {
    try {
      return await this.#client.query<R>(text, values as unknown[])
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
    this.#client.query(new BurstQuery(parts, this.#prepared, this.#named) as unknown as pg.Submittable)
  }
}

function streamOf(client: pg.Client): import('node:net').Socket | undefined {
  return (client as unknown as { connection?: { stream?: import('node:net').Socket } }).connection?.stream
}

/** A bounded pool. Each connection serves one borrower at a time, save those that waves share. */
export class Connections {
  readonly #options: Required<Omit<ConnectionOptions, 'onIdleError'>> & Pick<ConnectionOptions, 'onIdleError'>
  readonly #idle: Connection[] = []
  readonly #waiting: { resolve: (connection: Connection) => void; reject: (error: unknown) => void }[] = []
  #open = 0
  #closed = false
  #pooler: boolean | undefined
  #probe: Promise<void> | undefined

  constructor(options: ConnectionOptions) {
    this.#options = { max: 10, preparedStatements: 'auto', connectTimeoutMs: 5000, session: {}, ...options }
  }

  /** Whether a pooler in transaction mode stands between; known after the first connection. */
  get behindPooler(): boolean {
    return this.#pooler === true
  }

  /** A connection of one's own, to be given back by `release`. Waits while all are lent. */
  async acquire(): Promise<Connection> {
    if (this.#closed) throw new ConnectionLost(new Error('The connections are closed.'))
    for (let idle = this.#idle.pop(); idle !== undefined; idle = this.#idle.pop()) {
      if (idle.usable) return idle
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
    if (waiting) waiting.resolve(connection)
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

  /** One statement; values are converted by the driver, rows come as objects with the driver's types. */
  query<R extends pg.QueryResultRow = pg.QueryResultRow>(text: string, values: readonly unknown[] = []): Promise<pg.QueryResult<R>> {
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
    for (const waiting of this.#waiting.splice(0)) waiting.reject(new ConnectionLost(new Error('The connections are closed.')))
    await Promise.all(this.#idle.splice(0).map((connection) => connection.end().catch(() => connection.destroy())))
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
    return new Connection(client, preparedStatements === 'on' || (preparedStatements === 'auto' && !this.#pooler))
  }

  /** A pooler refuses or swallows `options`: our own setting does not arrive. */
  async #findPooler(): Promise<void> {
    try {
      const client = await this.#dial(true)
      const { rows } = await client.query<{ direct: string | null }>("select current_setting('keelson.direct', true) as direct")
      this.#pooler = rows[0]?.direct !== '1'
      await client.end()
    } catch (error) {
      // 08P01: PgBouncer's «unsupported startup parameter».
      if (sqlStateOf(error) !== '08P01') throw error
      this.#pooler = true
    }
  }

  #settings(): string {
    return Object.entries({ ...SESSION, ...this.#options.session })
      .map(([name, value]) => `-c ${name}=${value}`)
      .join(' ')
  }

  async #dial(withSession: boolean): Promise<pg.Client> {
    const client = new pg.Client({
      connectionString: this.#options.url,
      connectionTimeoutMillis: this.#options.connectTimeoutMs,
      keepAlive: true,
      application_name: 'keelson',
      ...(withSession ? { options: this.#settings() } : {}),
    } as pg.ClientConfig)
    // Without a listener an error on an idle connection would end the process.
    client.on('error', (error) => this.#options.onIdleError?.(error))
    try {
      await client.connect()
    } catch (error) {
      await client.end().catch(() => undefined)
      throw told(error)
    }
    return client
  }
}
