import { randomUUID } from 'node:crypto'
import type { Actor, Server } from 'keelson'
import type { Pool } from 'pg'
import { recordDocument } from './documents.js'

/** A row of the code that was there before, and a command: both or neither. */
export async function importDocument(pool: Pool, keelson: Server, as: Actor, name: string, bytes: number) {
  const client = await pool.connect()
  try {
    await client.query('begin')
    await client.query('insert into imports (name) values ($1)', [name])
    const input = { name, bytes, storedAs: randomUUID() }
    const document = await keelson.execute(recordDocument, input, { as, client })
    await client.query('commit')
    return document
  } catch (error) {
    await client.query('rollback')
    throw error
  } finally {
    client.release()
  }
}
