/**
 * As whom Postgres runs. It refuses root, so when we are root it gets an unprivileged account; otherwise it runs as
 * ourselves. Also answers what such an account can reach, without changing anybody's permissions.
 */
import { readFile, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { EmbeddedError, errnoOf } from './errors.js'

/** A user and group id, as numbers: the account needs no entry in /etc/passwd. */
export interface Account {
  readonly uid: number
  readonly gid: number
}

/** 'nobody' as Linux numbers it. The one of macOS, -2, is not taken for an id everywhere; 'daemon' is 1 there. */
const NOBODY = process.platform === 'darwin' ? 1 : 65_534

/**
 * The account for a cluster: undefined for ourselves. When we are root: the owner of the data, else of the folder if
 * that is an ordinary user known here (a project mounted into a container), else nobody.
 */
export async function chooseAccount(folder: string, data: string): Promise<Account | undefined> {
  const ours = process.getuid?.()
  if (ours === undefined) return undefined
  const owner = await statIfExists(data)
  if (ours === 0) {
    if (owner !== undefined && owner.uid !== 0) return accountOf(owner)
    const host = await stat(folder)
    // initdb insists on a name for its user: the owner of a mounted folder may have none in this container.
    return host.uid !== 0 && (await hasName(host.uid)) ? accountOf(host) : { uid: NOBODY, gid: NOBODY }
  }
  if (owner !== undefined && owner.uid !== ours) {
    const why = `The database in ${data} belongs to user ${owner.uid}, and this is user ${ours}.`
    throw new EmbeddedError(
      'folder_not_writable',
      `${why} Start as that user or as root, or delete it to begin anew.`,
    )
  }
  return undefined
}

const READ = 0o4
const ENTER = 0o1

/** Whether the account may enter a folder and all above it. Counts access lists as denials, to be on the safe side. */
export async function mayEnter(account: Account, folder: string): Promise<boolean> {
  if (!(await permits(account, folder, ENTER))) return false
  const parent = dirname(folder)
  return parent === folder || (await mayEnter(account, parent))
}

/** Whether the account may run the programs of a `native` folder, and read what they need. */
export async function mayRunFrom(account: Account, native: string): Promise<boolean> {
  if (!(await mayEnter(account, native))) return false
  const needs: [string, number][] = [
    ['bin', ENTER],
    ['bin/postgres', READ | ENTER],
    ['bin/initdb', READ | ENTER],
    ['lib', ENTER],
    ['lib/postgresql', ENTER],
    ['share', ENTER],
    ['share/postgresql', READ | ENTER],
    ['share/postgresql/postgres.bki', READ],
  ]
  for (const [path, rights] of needs) {
    if (!(await permits(account, join(native, path), rights))) return false
  }
  return true
}

function accountOf({ uid, gid }: Account): Account {
  return { uid, gid: gid === 0 ? NOBODY : gid }
}

async function hasName(uid: number): Promise<boolean> {
  const users = await readFile('/etc/passwd', 'utf8').catch(() => '')
  return users.split('\n').some((line) => line.split(':')[2] === String(uid))
}

async function permits(account: Account, path: string, rights: number): Promise<boolean> {
  const { mode, uid, gid } = await stat(path)
  const shift = uid === account.uid ? 6 : gid === account.gid ? 3 : 0
  return ((mode >> shift) & rights) === rights
}

async function statIfExists(path: string): Promise<Account | undefined> {
  try {
    return await stat(path)
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined
    throw error
  }
}
