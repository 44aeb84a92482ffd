/** The application's database within the cluster. */
import { diskFull, EmbeddedError } from './errors.js'
import type { Home } from './home.js'
import { ask, ServerError, type Address } from './session.js'

/** Where we connect to look after the cluster: a database that every cluster has. */
export const MAINTENANCE_DATABASE = 'postgres'

const SILENCE_MS = 60_000
const NAME_BYTES_MAX = 63
const DISK_FULL = '53100'

/** Throws an EmbeddedError if Postgres would not take, or would shorten, the name. */
export function assertDatabaseName(name: string): void {
  if (name !== '' && !name.includes('\0') && Buffer.byteLength(name) <= NAME_BYTES_MAX) return
  const message = `'${name}' cannot name a database: a name has 1 to ${NAME_BYTES_MAX} bytes.`
  throw new EmbeddedError('start_failed', message)
}

/** Creates the database unless it is there. `address` is that of the maintenance database. */
export async function ensureDatabase(address: Address, name: string, home: Home): Promise<void> {
  try {
    const literal = `'${name.replaceAll("'", "''")}'`
    if ((await ask(address, `select 1 from pg_database where datname = ${literal}`, SILENCE_MS)) > 0) return
    await ask(address, `create database "${name.replaceAll('"', '""')}"`, SILENCE_MS)
  } catch (error) {
    if (!(error instanceof ServerError)) throw error
    if (error.sqlState === DISK_FULL) throw diskFull(home.path, error)
    throw new EmbeddedError(
      'start_failed',
      `The database '${name}' could not be created: ${error.message}.`,
      error,
    )
  }
}
