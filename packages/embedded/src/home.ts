/**
 * Where a database lives. That is `<folder>/postgres`, unless we are root and the account that Postgres must run as
 * cannot get there (a project under /root); then it is a folder of its own under /var/lib/keelson or /var/tmp, and
 * `<folder>/postgres.json` remembers which. Of two processes that decide at once, both end with the same answer.
 */
import { createHash, randomUUID } from 'node:crypto'
import { chmod, chown, mkdir, realpath, rm, rmdir, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { chooseAccount, mayEnter, type Account } from './account.js'
import { EmbeddedError, errnoOf } from './errors.js'
import { createOnce, readIfExists, temporaryIn, writeWhole } from './whole-file.js'

/** The paths of a database. All but `data` and `socket` belong to us, so that the server's account cannot alter them. */
export interface Home {
  readonly path: string
  /** The cluster: what Postgres calls its data directory. */
  readonly data: string
  readonly socket: string
  readonly log: string
  readonly config: string
  readonly password: string
  /** Holds the URL of the server that runs, or ran last. */
  readonly url: string
}

export interface Placement {
  readonly home: Home
  /** Whom the server runs as; undefined for ourselves. */
  readonly account: Account | undefined
}

/** Makes the caller's folder if need be, and gives its real path. */
export async function openFolder(path: string): Promise<string> {
  const wanted = resolve(path)
  const made = await makeFolder(wanted)
  if (made !== undefined) {
    if (process.getuid?.() === 0) await giveToOwnerOfParent(made, wanted)
    await writeWhole(join(wanted, '.gitignore'), '*\n', 0o644)
  }
  return await realpath(wanted)
}

/**
 * Makes a folder and those above it, and gives the highest that it made. Unlike `mkdir` with `recursive`, which says
 * ENOENT on a read-only file system, it fails with the true reason.
 */
async function makeFolder(path: string): Promise<string | undefined> {
  try {
    await mkdir(path)
    return path
  } catch (error) {
    const errno = errnoOf(error)
    if (errno === 'EEXIST' && (await stat(path)).isDirectory()) return undefined
    if (errno !== 'ENOENT' || dirname(path) === path) throw error
    const made = await makeFolder(dirname(path))
    return (await makeFolder(path)) === undefined ? made : (made ?? path)
  }
}

/** Decides where the database of a folder lives and makes that place. */
export async function placeHome(folder: string, progress: (message: string) => void): Promise<Placement> {
  const inFolder = homeAt(join(folder, 'postgres'))
  const record = join(folder, 'postgres.json')
  const recorded = await readRecord(record)
  const home = recorded ?? inFolder
  const account = await chooseAccount(folder, home.data)
  if (account === undefined) {
    await makeFolder(home.path)
    await chmod(home.path, 0o700)
    return { home, account }
  }
  if (await open(home, account)) return { home, account }
  if (recorded !== undefined || (await readIfExists(join(home.data, 'PG_VERSION'))) !== undefined) {
    const why = `The database in ${home.path} is out of reach for user ${account.uid}, whom Postgres runs as because we are root.`
    const todo = 'Let others enter the folders above it (chmod o+x), or move the project to where they can.'
    throw new EmbeddedError('folder_not_writable', `${why} ${todo}`)
  }
  const elsewhere = await moveOut(folder, record, account)
  // Fails if it is not empty, and then it has its reason to stay.
  await rmdir(inFolder.path).catch(() => undefined)
  progress(`keeping the database in ${elsewhere.path}, as user ${account.uid} cannot use ${folder}`)
  return { home: elsewhere, account }
}

/** A new folder under a temporary name that belongs to the server's account. */
export async function draftIn(home: Home, account: Account | undefined): Promise<string> {
  const draft = temporaryIn(home.path)
  await mkdir(draft, { mode: 0o700 })
  if (account !== undefined) await chown(draft, account.uid, account.gid)
  return draft
}

function homeAt(path: string): Home {
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

async function readRecord(record: string): Promise<Home | undefined> {
  const text = await readIfExists(record)
  return text === undefined ? undefined : homeAt((JSON.parse(text) as { home: string }).home)
}

const NO_OWNERSHIP = new Set(['EPERM', 'EINVAL', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'])

/** Makes a home. False if the account cannot get there, or cannot own files there. */
async function open(home: Home, account: Account): Promise<boolean> {
  await makeFolder(dirname(home.path))
  if (!(await mayEnter(account, dirname(home.path)))) return false
  await makeFolder(home.path)
  // Not by the mode of mkdir, which the umask narrows. Others may pass through, and see nothing.
  await chmod(home.path, 0o711)
  try {
    await rm(await draftIn(home, account), { recursive: true })
    return true
  } catch (error) {
    if (NO_OWNERSHIP.has(errnoOf(error) ?? '')) return false
    throw error
  }
}

async function moveOut(folder: string, record: string, account: Account): Promise<Home> {
  const hash = createHash('sha256').update(folder).digest('hex').slice(0, 12)
  // Random, so that a folder that was deleted and made again begins anew, and nobody can prepare the place for us.
  const name = `${hash}-${randomUUID().slice(0, 8)}`
  for (const path of [`/var/lib/keelson/${name}`, `/var/tmp/keelson-${name}`]) {
    const home = homeAt(path)
    if (!(await open(home, account).catch(() => false))) continue
    if (await createOnce(record, JSON.stringify({ home: path }) + '\n', 0o644)) return home
    await rm(path, { recursive: true, force: true })
    return (await readRecord(record)) ?? home
  }
  const why = `Postgres must not run as root, and user ${account.uid} can use neither ${folder} nor /var/lib nor /var/tmp.`
  throw new EmbeddedError('folder_not_writable', `${why} Start as an ordinary user, or set DATABASE_URL.`)
}

/** Root in a container, in a folder of its user: what we make there should be the user's, to be removed at will. */
async function giveToOwnerOfParent(first: string, last: string): Promise<void> {
  const { uid, gid } = await stat(dirname(first))
  if (uid === 0) return
  for (let path = last; path.length >= first.length; path = dirname(path)) await chown(path, uid, gid)
}
