/** A database of its own for a test, on the server that `npm test` provides. */
import { randomBytes } from 'node:crypto'
import pg from 'pg'
import type { Sql } from '../../src/workloads/workload.js'

export interface Database {
  readonly url: string
  readonly sql: Sql
  drop(): Promise<void>
}

export async function createDatabase(): Promise<Database> {
  const given = process.env.KEELSON_TEST_DATABASE_URL
  if (given === undefined)
    throw new Error('KEELSON_TEST_DATABASE_URL is not set: run the tests by `npm test`.')
  const name = `keelson_proof_${randomBytes(6).toString('hex')}`
  const server = new pg.Client({ connectionString: given })
  await server.connect()
  await server.query(`create database ${name}`)
  const url = new URL(given)
  url.pathname = `/${name}`
  const pool = new pg.Pool({ connectionString: url.href, max: 2 })
  pool.on('error', () => undefined)
  return {
    url: url.href,
    sql: async (text, values) => (await pool.query(text, values as unknown[])).rows as never,
    async drop() {
      await pool.end()
      await server.query(`drop database ${name} with (force)`)
      await server.end()
    },
  }
}
