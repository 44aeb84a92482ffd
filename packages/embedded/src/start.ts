/**
 * Starts the embedded Postgres: the order of things, from a folder to a URL. Everything that may be left half-done by
 * a kill is either redone or taken over by the next start, and whatever fails leaves no process and no lock behind.
 */
import { prepareBinaries, removeOtherCopies, type Binaries } from './binaries.js'
import { initialiseCluster, inspectCluster, passwordOf, SUPERUSER } from './cluster.js'
import { assertDatabaseName, ensureDatabase, MAINTENANCE_DATABASE } from './database.js'
import { explainFileError } from './errors.js'
import { openFolder, placeHome, type Home, type Placement } from './home.js'
import { takeLock, type Lock } from './lock.js'
import { obtainServer, type Server } from './obtain-server.js'
import { locateBinaries, type BinariesPackage, type LocateBinaries } from './platform.js'
import { stopServer } from './server.js'
import type { Address } from './session.js'
import { fingerprintOf, fixedPort, renderConfiguration } from './settings.js'
import { prepareSocketFolder, socketFolderOf } from './socket-folder.js'
import { readIfExists, removeTemporaries, writeIfChanged } from './whole-file.js'

export interface EmbeddedOptions {
  /** The folder for everything, made if absent: the cluster, its log, its password. Such as `<project>/.keelson`. */
  readonly folder: string
  /** The database that the URL names, created if absent. Default 'app'. */
  readonly database?: string
  /** Settings of postgresql.conf, over our own. `port` makes the port fixed. */
  readonly settings?: Readonly<Record<string, string>>
  /** Told, in a few words, of what takes time or may surprise. Default: nobody is. */
  readonly progress?: (message: string) => void
}

/** A server that takes connections, owned by this process until `stop`. */
export interface EmbeddedPostgres {
  /** `postgres://postgres:<password>@127.0.0.1:<port>/<database>` */
  readonly url: string
  readonly port: number
  /** The server's process id. */
  readonly pid: number
  readonly logFile: string
  /** Postgres' data directory. */
  readonly dataFolder: string
  /** `started` by us, or `adopted`: left by a run that was killed, and taken over as it ran. */
  readonly origin: 'started' | 'adopted'
  /**
   * Ends the server, disconnecting its clients, and waits until it is gone; by force if that takes more than 20 s. May
   * be called again. A process that ends without it leaves the server to be adopted by the next start.
   */
  stop(): Promise<void>
}

interface Opening extends Placement {
  readonly lock: Lock
  readonly installed: BinariesPackage
  readonly options: EmbeddedOptions
  readonly progress: (message: string) => void
}

/** Starts the server on a folder. Throws an EmbeddedError. */
export async function start(
  options: EmbeddedOptions,
  locate: LocateBinaries = locateBinaries,
): Promise<EmbeddedPostgres> {
  const progress = options.progress ?? (() => undefined)
  try {
    assertDatabaseName(options.database ?? 'app')
    const installed = await locate()
    const placement = await placeHome(await openFolder(options.folder), progress)
    const lock = await takeLock(placement.home)
    try {
      return await open({ ...placement, lock, installed, options, progress })
    } catch (error) {
      await lock.release()
      throw error
    }
  } catch (error) {
    throw explainFileError(error, options.folder)
  }
}

async function open(opening: Opening): Promise<EmbeddedPostgres> {
  const { home, account, installed, options, progress } = opening
  await removeTemporaries(home.path)
  const binaries = await prepareBinaries(installed, home.path, account, progress)
  const hasCluster = await inspectCluster(home, binaries)
  const password = await passwordOf(home, hasCluster)
  if (!hasCluster) {
    progress(`initialising a database cluster of Postgres ${binaries.major} in ${home.path}`)
    await initialiseCluster(home, binaries, account)
  }
  const addressOn = (port: number): Address => ({
    port,
    user: SUPERUSER,
    password,
    database: MAINTENANCE_DATABASE,
  })
  const server = await runServer(opening, binaries, addressOn)
  try {
    const database = options.database ?? 'app'
    await ensureDatabase(addressOn(server.port), database, home)
    const url = `postgres://${SUPERUSER}:${password}@127.0.0.1:${server.port}/${encodeURIComponent(database)}`
    await writeIfChanged(home.url, url)
    return handle(opening, binaries, server, url)
  } catch (error) {
    await stopServer(server.identity, home, binaries)
    throw error
  }
}

async function runServer(
  { home, account, options, progress }: Opening,
  binaries: Binaries,
  addressOn: (port: number) => Address,
): Promise<Server> {
  const settings = options.settings ?? {}
  const configuration = renderConfiguration(home, binaries.version, settings)
  return await obtainServer({
    home,
    binaries,
    account,
    addressOn,
    progress,
    fingerprint: fingerprintOf(configuration),
    fixedPort: fixedPort(settings),
    preferredPort: await lastPort(home),
    socketFolder: socketFolderOf(home),
    async prepare() {
      progress(`starting Postgres ${binaries.major}`)
      await removeOtherCopies(home.path, binaries)
      await prepareSocketFolder(home, account)
      // Readable by the server's account; the password is not in it.
      await writeIfChanged(home.config, configuration, 0o644)
    },
  })
}

function handle(opening: Opening, binaries: Binaries, server: Server, url: string): EmbeddedPostgres {
  const { home, lock } = opening
  const { identity, port, origin } = server
  let stopping: Promise<void> | undefined
  const stop = async () => {
    await stopServer(identity, home, binaries)
    await lock.release()
  }
  return {
    url,
    port,
    pid: identity.pid,
    logFile: home.log,
    dataFolder: home.data,
    origin,
    stop: () => (stopping ??= stop()),
  }
}

async function lastPort(home: Home): Promise<number | undefined> {
  const url = await readIfExists(home.url)
  return url === undefined ? undefined : Number(new URL(url).port)
}
