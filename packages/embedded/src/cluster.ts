/**
 * The cluster on disk: made once, whole or not at all, and only opened by the version that made it.
 */
import { randomBytes } from 'node:crypto'
import { chown, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Account } from './account.js'
import { program, type Binaries } from './binaries.js'
import { run } from './command.js'
import { DISK_FULL_TEXT, diskFull, EmbeddedError, errnoOf } from './errors.js'
import { draftIn, type Home } from './home.js'
import { createOnce, readIfExists, syncFolder } from './whole-file.js'

/** The database's superuser, and the one that the URL names. */
export const SUPERUSER = 'postgres'

/** Whether there is a cluster. Throws an EmbeddedError if there is one that these binaries cannot open. */
export async function inspectCluster(home: Home, binaries: Binaries): Promise<boolean> {
  const found = (await readIfExists(join(home.data, 'PG_VERSION')))?.trim()
  if (found === undefined) {
    if ((await namesIn(home.data)).length === 0) return false
    const message = `${home.data} holds files, but no Postgres cluster. Restore it from a copy, or delete it to begin anew.`
    throw new EmbeddedError('start_failed', message)
  }
  if (found === binaries.major) return true
  const why = `The data in ${home.data} were made by Postgres ${found}, and the installed binaries are Postgres ${binaries.major}.`
  const todo = `Either install the @keelson/embedded that brought Postgres ${found}, and move the data with pg_dump and psql`
  throw new EmbeddedError(
    'version_mismatch',
    `${why} ${todo}, or delete ${home.data} to begin anew without them.`,
  )
}

/** The superuser's password: random, made with the cluster, in a file that only we can read. */
export async function passwordOf(home: Home, hasCluster: boolean): Promise<string> {
  if (!hasCluster) await createOnce(home.password, randomBytes(24).toString('base64url'))
  const password = await readIfExists(home.password)
  if (password !== undefined) return password
  const message = `The password of the database, ${home.password}, is gone. Put it back, or delete ${home.path} to begin anew.`
  throw new EmbeddedError('start_failed', message)
}

/**
 * Makes the cluster under another name, then gives it its own. The locale is Postgres' own C.UTF-8: it is there on
 * every system, knows upper and lower case of all of Unicode, sorts by code point (fast, the same on every machine),
 * and no update of the C library can change its order under an index.
 */
export async function initialiseCluster(home: Home, binaries: Binaries, account?: Account): Promise<void> {
  const draft = await draftIn(home, account)
  try {
    const data = join(draft, 'data')
    await initdb(home, binaries, account, data, draft)
    await rm(home.data, { recursive: true, force: true })
    await rename(data, home.data)
    await syncFolder(home.path)
  } finally {
    await rm(draft, { recursive: true, force: true, maxRetries: 3 })
  }
}

async function initdb(
  home: Home,
  binaries: Binaries,
  account: Account | undefined,
  data: string,
  draft: string,
) {
  const passwordFile = join(draft, 'password')
  await writeFile(passwordFile, (await readIfExists(home.password)) ?? '', { mode: 0o600, flag: 'wx' })
  if (account !== undefined) await chown(passwordFile, account.uid, account.gid)
  const args = [
    `--pgdata=${data}`,
    `--username=${SUPERUSER}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--data-checksums',
    '--no-instructions',
  ]
  const { succeeded, output } = await run(program(binaries, 'initdb'), args, account)
  if (succeeded) return
  if (DISK_FULL_TEXT.test(output)) throw diskFull(home.path)
  if (/could not look up effective user ID/.test(output)) {
    const why = `initdb refuses to run as user ${account?.uid ?? process.getuid?.()}, who has no name on this system.`
    const todo = 'Add a line for that user to /etc/passwd, start as a user that has one, or set DATABASE_URL.'
    throw new EmbeddedError('platform_unsupported', `${why} ${todo}`)
  }
  const said = output.trim().split('\n').slice(-6).join('; ')
  throw new EmbeddedError(
    'start_failed',
    `The database cluster in ${home.path} could not be initialised. initdb said: ${said}`,
  )
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder)
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return []
    throw error
  }
}
