/**
 * The server's configuration: durable, open to this machine only, and sized after its memory. It begins with what
 * initdb chose for the cluster, and ends with the caller's own settings, which therefore win.
 */
import { createHash } from 'node:crypto'
import { totalmem } from 'node:os'
import { EmbeddedError } from './errors.js'
import type { Home } from './home.js'

export type Settings = Readonly<Record<string, string>>

/** The text of postgresql.conf: a function of its arguments and the machine. */
export function renderConfiguration(home: Home, version: string, settings: Settings): string {
  const lines = Object.entries({ ...defaults(memoryBytes()), ...settings }).map(
    ([name, value]) => `${checkedName(name)} = ${quote(value)}`,
  )
  const header = `# Postgres ${version}. Written anew at each start: change settings where Keelson is configured.`
  return [header, `include ${quote(`${home.data}/postgresql.conf`)}`, ...lines, ''].join('\n')
}

/** Tells a server that runs with another text than we would write now: other settings, or another version. */
export function fingerprintOf(configuration: string): string {
  return createHash('sha256').update(configuration).digest('hex').slice(0, 16)
}

/** The port that the caller insists on, if any. */
export function fixedPort(settings: Settings): number | undefined {
  const port = settings['port']
  if (port === undefined) return undefined
  if (/^\d+$/.test(port) && Number(port) > 0 && Number(port) < 65_536) return Number(port)
  throw new EmbeddedError(
    'start_failed',
    `The setting port is '${port}'; it must be a number from 1 to 65535.`,
  )
}

const MEGABYTE = 1024 * 1024

function defaults(memory: number): Settings {
  const sharedBuffersMb = Math.min(1024, Math.max(128, Math.floor(memory / 8 / MEGABYTE)))
  return {
    listen_addresses: '127.0.0.1',
    max_connections: '100',
    fsync: 'on',
    synchronous_commit: 'on',
    full_page_writes: 'on',
    wal_level: 'replica',
    max_wal_size: '2GB',
    shared_buffers: `${sharedBuffersMb}MB`,
    effective_cache_size: `${Math.max(256, Math.floor(memory / 2 / MEGABYTE))}MB`,
    random_page_cost: '1.1',
    jit: 'off',
    autovacuum: 'on',
    timezone: 'UTC',
    log_timezone: 'UTC',
    lc_messages: 'C',
    logging_collector: 'off',
    log_destination: 'stderr',
    log_line_prefix: '%m [%p] ',
    log_checkpoints: 'off',
    log_startup_progress_interval: '10s',
  }
}

/** The memory that we may use: the container's limit, where there is one. */
function memoryBytes(): number {
  const limit = process.constrainedMemory()
  return limit > 0 ? Math.min(limit, totalmem()) : totalmem()
}

function checkedName(name: string): string {
  if (/^[a-z_][a-z0-9_.]*$/i.test(name)) return name
  throw new EmbeddedError('start_failed', `'${name}' is not the name of a Postgres setting.`)
}

function quote(value: string): string {
  return `'${value.replaceAll('\\', '\\\\').replaceAll("'", "''").replaceAll('\n', '\\n')}'`
}
