/**
 * The world of a run: Postgres, the proxy before it, the processes of the service behind that. All on the loopback, in a
 * folder of its own; nothing is left of it when it is closed.
 */
import { randomBytes } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { TcpProxy } from '../proxy/proxy.js'
import { ServiceProcess } from './app-process.js'
import { Keeper } from './keeper.js'
import { EmbeddedPostgresProcess } from './postgres-process.js'
import type { LifeEnvironment, World } from './world.js'
import { openWorldSql } from './world-sql.js'

export interface WorldOptions {
  /** How many processes of the service. */
  readonly processes: number
  /** For every process of the service, over all its lives. */
  readonly env: LifeEnvironment
  /** Aborted when the run is broken off; `pause` then resolves at once. */
  readonly signal: AbortSignal
  readonly note: (message: string) => void
  /** Path of the service's script. Default: that of the proof. */
  readonly script?: string
  /** Size of the small disk, where one can be had. Default 4 GB, of memory that is used as it is filled. */
  readonly diskBytes?: number
  /** Default 5,000. */
  readonly longTransactionMs?: number
}

export interface OpenWorld extends World {
  readonly apps: readonly ServiceProcess[]
  readonly proxy: TcpProxy
  /** Processes of the service that ended without being told to: one line each, with what they last said. */
  unexpectedExits(): readonly string[]
  /** Ends everything and removes its files. */
  close(): Promise<void>
}

const DATABASE = 'proof'
/** An ordinary user that owns its database: a service is no superuser, and leaves us the connections that are kept for those. */
const USER = 'service'
const DISK_BYTES = 4 * 1024 ** 3

/** Resolves when all processes are ready. */
export async function openWorld(options: WorldOptions): Promise<OpenWorld> {
  const { signal, note, processes, longTransactionMs = 5000 } = options
  const closers: (() => Promise<void>)[] = []
  const close = async (): Promise<void> => {
    const failures: unknown[] = []
    for (const closer of closers.splice(0).toReversed()) await closer().catch((error) => failures.push(error))
    if (failures.length > 0) throw new AggregateError(failures, 'The world could not be taken down.')
  }
  try {
    const keeper = new Keeper()
    closers.push(() => keeper.close())
    const postgres = await EmbeddedPostgresProcess.open({
      database: DATABASE,
      onPlace: (place) => keeper.take({ kind: 'place', ...place }),
      diskBytes: options.diskBytes ?? DISK_BYTES,
    })
    closers.push(() => postgres.close())
    const { sql, close: closeSql } = openWorldSql({ url: postgres.directUrl, signal })
    closers.push(closeSql)
    const password = randomBytes(12).toString('hex')
    await sql(`create role ${USER} login password '${password}'`)
    await sql(`alter database ${DATABASE} owner to ${USER}`)
    const proxy = await TcpProxy.open(withUser(postgres.directUrl, password))
    closers.push(() => proxy.close())
    const script = options.script ?? fileURLToPath(new URL('../service/serve.js', import.meta.url))
    const apps = await Promise.all(
      Array.from({ length: processes }, (_, at) =>
        ServiceProcess.create({
          name: `app-${at + 1}`,
          script,
          onBegin: (pid) => keeper.take({ kind: 'process', pid, mark: script }),
          env: { ...options.env, DATABASE_URL: proxy.url },
        }),
      ),
    )
    closers.push(async () => void (await Promise.all(apps.map((app) => app.close()))))
    await Promise.all(apps.map((app) => app.start()))
    return {
      apps,
      postgres,
      proxy,
      sql,
      longTransactionMs,
      failpointsHit: new Set(),
      note,
      async pause(ms) {
        await delay(ms, undefined, { signal }).catch(() => undefined)
      },
      unexpectedExits: () => apps.flatMap(exitsOf),
      close,
    }
  } catch (error) {
    await close().catch(() => undefined)
    throw error
  }
}

const exitsOf = ({ name, endedByItself }: ServiceProcess): string[] =>
  endedByItself.map(
    ({ code, signal, said }) =>
      `${name} ended by ${signal === null ? `exit code ${code}` : signal}: ${said.slice(-1000).trim()}`,
  )

function withUser(directUrl: string, password: string): string {
  const url = new URL(directUrl)
  url.username = USER
  url.password = password
  return url.href
}
