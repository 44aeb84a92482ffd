/** SQL straight to Postgres, for seeding, faults and checks: tried again while the server is away. */
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import type { Sql } from '../workloads/workload.js'

const TRIES_FOR_MS = 30_000

export interface DirectSql {
  readonly sql: Sql
  close(): Promise<void>
}

export function openSql(url: () => string): DirectSql {
  const pool = new pg.Pool({
    connectionString: url(),
    max: 3,
    connectionTimeoutMillis: 5000,
    application_name: 'proof',
    keepAlive: true,
  })
  pool.on('error', () => undefined)
  const sql: Sql = async <R>(text: string, values: readonly unknown[] = []): Promise<R[]> => {
    const deadline = performance.now() + TRIES_FOR_MS
    for (;;) {
      try {
        return (await pool.query(text, [...values])).rows as R[]
      } catch (error) {
        if (!isAway(error) || performance.now() > deadline) throw error
        await pause(100)
      }
    }
  }
  return { sql, close: () => pool.end() }
}

/** The connection or the server, not the statement, is to blame. */
function isAway(error: unknown): boolean {
  const { code = '', message = '' } = error as { readonly code?: string; readonly message?: string }
  return /^(08|57P|53300|ECONN|EPIPE)/.test(code) || /terminated|timeout|Connection/i.test(message)
}
