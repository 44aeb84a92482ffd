/**
 * The one Postgres of a race: BENCH_DATABASE_URL, or an embedded one that lives as long as the run. Durable, or the
 * race does not take place: without fsync it would be about nothing.
 */
import { rm } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { EmbeddedError, startEmbeddedPostgres } from '@keelson/embedded'
import { repositoryPath } from '../contenders/contender.js'
import { parentOf } from '../measure/processor-time.js'
import { withClient } from './client.js'

const FOLDER = '.keelson/benchmarks'
const SHOWN = [
  'fsync',
  'synchronous_commit',
  'full_page_writes',
  'wal_sync_method',
  'wal_level',
  'shared_buffers',
  'max_wal_size',
  'max_connections',
]

/** There is no database to race on; the message says why, to the user. */
export class CannotRace extends Error {
  override readonly name = 'CannotRace'
}

export interface DatabaseServer {
  /** To a database for administration; the others stand beside it. */
  readonly url: string
  readonly version: string
  readonly embedded: boolean
  readonly settings: Readonly<Record<string, string>>
  /** The process whose children serve, if it runs here; else null. */
  readonly postmasterPid: number | null
  stop(): Promise<void>
}

export async function openDatabaseServer(progress: (message: string) => void): Promise<DatabaseServer> {
  const given = process.env['BENCH_DATABASE_URL']
  if (given !== undefined && given !== '') return describe(given, false, () => Promise.resolve())
  const folder = fileURLToPath(repositoryPath(FOLDER))
  const server = await startEmbeddedPostgres({ folder, database: 'benchmarks', progress }).catch(explain)
  const stop = async (): Promise<void> => {
    await server.stop()
    // Gigabytes of write-ahead log, and the next run begins with a new cluster as this one did.
    await rm(folder, { recursive: true, force: true })
  }
  try {
    return await describe(server.url, true, stop)
  } catch (error) {
    await stop()
    throw error
  }
}

async function describe(url: string, embedded: boolean, stop: () => Promise<void>): Promise<DatabaseServer> {
  return withClient(url, async (client) => {
    const { rows } = await client.query<{ name: string; value: string }>(
      'select name, current_setting(name) as value from unnest($1::text[]) as name',
      [SHOWN],
    )
    const settings = Object.fromEntries(rows.map(({ name, value }) => [name, value]))
    for (const name of ['fsync', 'synchronous_commit', 'full_page_writes']) {
      if (settings[name] !== 'on')
        throw new CannotRace(`${name} is ${settings[name]}: this Postgres may lose commits.`)
    }
    const about = await client.query<{ version: string; pid: number }>(
      'select version(), pg_backend_pid() as pid',
    )
    const { version, pid } = about.rows[0]!
    return {
      url,
      version,
      embedded,
      settings,
      postmasterPid: isHere(url) ? parentOf(pid, 'postgres') : null,
      stop,
    }
  })
}

function explain(error: unknown): never {
  if (error instanceof EmbeddedError && error.code === 'data_in_use') {
    throw new CannotRace(
      'Another race is under way here. Two at once would measure each other: wait for its end.',
    )
  }
  if (error instanceof EmbeddedError) throw new CannotRace(error.message)
  throw error
}

/** A process id says something only of a server on this machine. */
const isHere = (url: string): boolean =>
  ['127.0.0.1', 'localhost', '[::1]', ''].includes(new URL(url).hostname)
