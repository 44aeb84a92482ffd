import pg from 'pg'
import { config } from '../config.js'

export const pool = new pg.Pool({ connectionString: config.DATABASE_URL, max: 10, statement_timeout: 10_000 })

export async function one(text, values) {
  const { rows } = await pool.query(text, values)
  return rows[0]
}

export async function many(text, values) {
  const { rows } = await pool.query(text, values)
  return rows
}

export async function withTransaction(work) {
  const client = await pool.connect()
  try {
    await client.query('BEGIN')
    const result = await work(client)
    await client.query('COMMIT')
    return result
  } catch (err) {
    await client.query('ROLLBACK')
    throw err
  } finally {
    client.release()
  }
}
