/**
 * SQL past the proxy, for those who prepare and judge: it waits while the server is away. What was lost under way is sent
 * again only if it does nothing but read.
 */
import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import type { Sql } from '../workloads/workload.js'

export interface WorldSqlOptions {
  readonly url: string
  readonly signal: AbortSignal
  /** How long the server may be away, in milliseconds. Default 60,000. */
  readonly patienceMs?: number
}

export interface WorldSql {
  readonly sql: Sql
  readonly close: () => Promise<void>
}

const AGAIN_MS = 50
const READS = /^\s*(select|show|table|values)\b/i

/** Ended by an administrator, crashed, starting or shutting down; connection failures; too many connections. */
const AWAY = /^(57P0[1-5]|08...|53300)$/

export function openWorldSql({ url, signal, patienceMs = 60_000 }: WorldSqlOptions): WorldSql {
  const pool = new pg.Pool({
    connectionString: url,
    max: 6,
    application_name: 'proof',
    connectionTimeoutMillis: 5000,
    idleTimeoutMillis: 1000,
  })
  // Told once more by the next query.
  pool.on('error', () => undefined)
  // The pool listens to idle connections only: one that is lent and breaks between two queries would end this process.
  pool.on('connect', (client) => client.on('error', () => undefined))

  const connect = async (deadline: number): Promise<pg.PoolClient> => {
    for (;;) {
      try {
        return await pool.connect()
      } catch (error) {
        if (!isAway(error) || isOver(deadline)) throw error
        await delay(AGAIN_MS)
      }
    }
  }

  const isOver = (deadline: number): boolean => signal.aborted || performance.now() > deadline

  return {
    async sql<R>(text: string, values: readonly unknown[] = []): Promise<R[]> {
      const deadline = performance.now() + patienceMs
      for (;;) {
        const client = await connect(deadline)
        try {
          const { rows } = await client.query(text, values as unknown[])
          client.release()
          return rows as R[]
        } catch (error) {
          client.release(isAway(error))
          if (!isAway(error) || !READS.test(text) || isOver(deadline)) throw error
          await delay(AGAIN_MS)
        }
      }
    },
    close: () => pool.end(),
  }
}

/** What the server did not say itself means that it could not be heard. */
function isAway(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return !/^[0-9A-Z]{5}$/.test(code) || AWAY.test(code)
}
