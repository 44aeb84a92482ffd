/** Sessions of ours on the service's database: what a colleague with psql, a migration or another program could do to it. */
import pg from 'pg'
import type { World } from '../world/world.js'

const CONNECT_MS = 10_000
const AGAIN_MS = 200
const ADMINISTER_MS = 60_000

/** Runs `work` on a connection of its own. One that is lost ends the work: another fault took the server away. */
export async function foreignSession(
  world: World,
  work: (client: pg.Client) => Promise<void>,
): Promise<void> {
  const client = new pg.Client({
    connectionString: world.postgres.directUrl,
    application_name: 'proof fault',
    connectionTimeoutMillis: CONNECT_MS,
  })
  client.on('error', () => undefined)
  try {
    await client.connect()
    await work(client)
  } catch (error) {
    if (!isLost(error)) throw error
    world.note(`a session of a fault was lost: ${error instanceof Error ? error.message : String(error)}`)
  } finally {
    await client.end().catch(() => undefined)
  }
}

/**
 * Runs a script as one transaction, again and again until it passes: while the server is away or others hold the tables.
 * It must not mind to be run twice.
 */
export async function administer(world: World, script: string): Promise<void> {
  const deadline = performance.now() + ADMINISTER_MS
  for (;;) {
    const client = new pg.Client({
      connectionString: world.postgres.directUrl,
      application_name: 'proof fault',
      connectionTimeoutMillis: CONNECT_MS,
    })
    client.on('error', () => undefined)
    try {
      await client.connect()
      // Given up before somebody who waits for us looks for a deadlock.
      await client.query(`begin; set local lock_timeout = '400ms'; ${script}; commit`)
      return
    } catch (error) {
      if ((!isLost(error) && !isBusy(error)) || performance.now() > deadline) throw error
    } finally {
      await client.end().catch(() => undefined)
    }
    // Not `world.pause`: mending goes on when the run is broken off.
    await new Promise((resolve) => setTimeout(resolve, AGAIN_MS))
  }
}

export function sqlStateOf(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return /^[0-9A-Z]{5}$/.test(code) ? code : undefined
}

/** The server ended the session, takes none, or could not be heard at all. */
function isLost(error: unknown): boolean {
  const state = sqlStateOf(error)
  return state === undefined || /^(57P0[1-5]|08...|53300)$/.test(state)
}

/** Lock not available, deadlock, out of a resource. */
const isBusy = (error: unknown): boolean => /^(55P03|40P01|53...)$/.test(sqlStateOf(error) ?? '')
