/** The first look at a database: whether it can be reached, lets us in, and is one that we know. */
import { KeelsonError } from '../errors.js'
import type { Connections } from './connections.js'

const VERSION_MIN = 150_000

/** Throws `database_unavailable`, whose message names the server but no password. */
export async function reach(connections: Connections, url: string): Promise<void> {
  const { hostname, port, pathname } = new URL(url)
  const place = `The database ${decodeURIComponent(pathname.slice(1))} at ${hostname}:${port === '' ? 5432 : port}`
  const version = await versionOf(connections).catch((error: unknown) => {
    const cause = causeOf(error)
    throw new KeelsonError('database_unavailable', { message: `${place} cannot be used.`, cause })
  })
  if (version >= VERSION_MIN) return
  throw new KeelsonError('database_unavailable', {
    message: `${place} is Postgres ${Math.floor(version / 10_000)}; it must be 15 or later.`,
  })
}

async function versionOf(connections: Connections): Promise<number> {
  const { rows } = await connections.query<{ version: number }>(
    "select current_setting('server_version_num')::int as version",
  )
  return rows[0]!.version
}

/** What lies at the bottom says most: the refusal of a socket rather than that a connection was lost. */
function causeOf(error: unknown): unknown {
  if (!(error instanceof Error)) return error
  if (error instanceof AggregateError && error.errors.length > 0) return causeOf(error.errors[0])
  return error.cause instanceof Error ? causeOf(error.cause) : error
}
