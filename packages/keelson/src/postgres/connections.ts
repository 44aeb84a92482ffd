/**
 * Connections to Postgres: a bounded pool of pipelined connections whose session settings make Postgres print values
 * in one canonical form. Behind a pooler in transaction mode, session settings and named statements cannot be relied
 * on; that is found out at the first connection.
 */
import pg from 'pg'
import { ConnectionLost, sqlStateOf } from './sqlstate.js'

export interface ConnectionOptions {
  readonly url: string
  /** Most connections at once. Default 10. */
  readonly max?: number
  /** `auto`: named statements unless a pooler is in between. Default `auto`. */
  readonly preparedStatements?: 'on' | 'off' | 'auto'
  /** Time limit for reaching the server, in milliseconds. Default 5,000. */
  readonly connectTimeoutMs?: number
  /** Told of connections that fail while idle. */
  readonly onIdleError?: (error: Error) => void
}

export interface Statement {
  /** Set for statements that are prepared once a connection. */
  readonly name?: string
  readonly text: string
}

/** Rows as arrays of Postgres' own texts. */
export interface TextResult {
  readonly rows: (string | null)[][]
  readonly rowCount: number
  readonly command: string
}

const TEXT_ONLY = { getTypeParser: () => (text: string | Buffer) => text as string }
const SESSION = '-c TimeZone=UTC -c DateStyle=ISO -c IntervalStyle=postgres -c extra_float_digits=1 -c bytea_output=hex -c keelson.direct=1'

/** What the server did not say itself means that it could not be heard. */
const told = (error: unknown): unknown => (sqlStateOf(error) === undefined ? new ConnectionLost(error) : error)

/** One connection. Queries may be sent without waiting for earlier ones; they run in order. */
export class Connection {
  readonly #client: pg.Client
  readonly #named: boolean
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

  get client(): pg.Client {
    return this.#client
  }

  /** Sends a statement at once; parameters are Postgres' texts. */
  send(statement: Statement, values: readonly (string | null)[] = []): Promise<TextResult> {
    return new Promise((resolve, reject) => {
      const query: pg.QueryArrayConfig = { text: statement.text, rowMode: 'array', values: values as (string | null)[], types: TEXT_ONLY as pg.CustomTypesConfig }
      if (this.#named && statement.name !== undefined) query.name = statement.name
      this.#client.query(query, (error: unknown, result: pg.QueryArrayResult) => {
        if (error) reject(told(error))
        else resolve({ rows: result.rows as (string | null)[][], rowCount: result.rowCount ?? 0, command: result.command })
      })
    })
  }

  /** Several statements without parameters in one message. */
  async script(text: string): Promise<void> {
    try {
      await this.#client.query(text)
    } catch (error) {
      throw told(error)
    }
  }

  /** A statement with the driver's own values and rows. */
  async query<R extends pg.QueryResultRow>(text: string, values: readonly unknown[]): Promise<pg.QueryResult<R>> {
    try {
      return await this.#client.query<R>(text, values as unknown[])
    } catch (error) {
      throw told(error)
    }
  }

  /** Holds back what is sent until `uncork`, so that a burst leaves in one packet. */
  cork(): void {
    streamOf(this.#client)?.cork()
  }

  uncork(): void {
    streamOf(this.#client)?.uncork()
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
}

function streamOf(client: pg.Client): import('node:net').Socket | undefined {
  return (client as unknown as { connection?: { stream?: import('node:net').Socket } }).connection?.stream
}

/** A bounded pool. Each connection serves one borrower at a time, save those that waves share. */
export class Connections {
  readonly #options: Required<Omit<ConnectionOptions, 'onIdleError'>>
  readonly #idle: Connection[] = []
  readonly #waiting: { resolve: (connection: Connection) => void; reject: (error: unknown) => void }[] = []
  #open = 0
  #closed = false
  #pooler: boolean | undefined
  #probe: Promise<void> | undefined

  constructor(options: ConnectionOptions) {
    this.#options = { max: 10, preparedStatements: 'auto', connectTimeoutMs: 5000, ...options }
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

  /** Runs one statement of `work` where nothing can be written. */
  readOnly<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
    return this.use(async (connection) => {
      connection.cork()
      const begun = connection.script('begin transaction read only; set local statement_timeout = 10000')
      const result = work(connection)
      const ended = connection.script('rollback')
      connection.uncork()
      const [, answer] = await Promise.allSettled([begun, result, ended])
      if (answer.status === 'rejected') throw answer.reason
      return answer.value
    })
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

  async #dial(withSession: boolean): Promise<pg.Client> {
    const client = new pg.Client({
      connectionString: this.#options.url,
      connectionTimeoutMillis: this.#options.connectTimeoutMs,
      keepAlive: true,
      application_name: 'keelson',
      pipeline: true,
      ...(withSession ? { options: SESSION } : {}),
    } as pg.ClientConfig)
    // Without a listener an error on an idle connection would end the process.
    client.on('error', () => undefined)
    try {
      await client.connect()
    } catch (error) {
      await client.end().catch(() => undefined)
      throw told(error)
    }
    return client
  }
}
