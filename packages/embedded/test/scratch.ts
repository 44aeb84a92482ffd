/**
 * A folder for one test, and the certainty that neither it nor a server in it outlives the test. It lies where every
 * account can get to it, so that the tests mean the same for root and for others.
 */
import { existsSync } from 'node:fs'
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { TestContext } from 'node:test'
import pg from 'pg'
import type { Home } from '../src/home.js'
import { identify, isRunning, type ProcessIdentity } from '../src/process-identity.js'
import { findPostmaster } from '../src/postmaster.js'
import { hasEnded } from '../src/server.js'

export const isRoot = process.getuid?.() === 0

/** A new folder; what is in it after the test is removed, and a server that runs on it ended. */
export async function scratchFolder(test: TestContext): Promise<string> {
  const top = await mkdtemp(join(tmpdir(), 'keelson-embedded-'))
  await chmod(top, 0o755)
  const folder = join(top, '.keelson')
  test.after(() => discard(folder, top))
  return folder
}

/** Ends the server of a folder, if one runs there. */
export async function endServer(folder: string): Promise<void> {
  const server = await serverOf(folder)
  if (server === undefined) return
  process.kill(server.pid, 'SIGKILL')
  await hasEnded(server, 10_000)
}

/** Ends the server of a folder, and removes all above it that is the test's, and what of it lies elsewhere. */
async function discard(folder: string, top = dirname(folder)): Promise<void> {
  await endServer(folder)
  const home = await homeOf(folder)
  if (!home.path.startsWith(folder)) await rm(home.path, { recursive: true, force: true, maxRetries: 5 })
  await rm(top, { recursive: true, force: true, maxRetries: 5 })
}

/** The paths of a folder's database, wherever it was put. */
export async function homeOf(folder: string): Promise<Home> {
  const record = join(folder, 'postgres.json')
  const path = existsSync(record)
    ? (JSON.parse(await readFile(record, 'utf8')) as { home: string }).home
    : join(folder, 'postgres')
  return {
    path,
    data: join(path, 'data'),
    socket: join(path, 'socket'),
    log: join(path, 'postgres.log'),
    config: join(path, 'postgresql.conf'),
    password: join(path, 'password'),
    url: join(path, 'url'),
  }
}

/** The server that runs on a folder now; undefined if none does. */
export async function serverOf(folder: string): Promise<ProcessIdentity | undefined> {
  return (await findPostmaster(await homeOf(folder)))?.identity
}

/** The identity of a process that must be there. */
export function mustIdentify(pid: number): ProcessIdentity {
  const identity = identify(pid)
  if (identity === undefined || !isRunning(identity)) throw new Error(`process ${pid} does not run`)
  return identity
}

/** Runs one statement through the driver that applications use; rows come as arrays. */
export async function sql(url: string, statement: string): Promise<unknown[][]> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 })
  await client.connect()
  try {
    return (await client.query<unknown[]>({ text: statement, rowMode: 'array' })).rows
  } finally {
    await client.end()
  }
}
