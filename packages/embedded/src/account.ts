/**
 * As whom Postgres runs. It refuses root, so when we are root it gets an unprivileged account; otherwise it runs as
 * ourselves. Also answers what such an account can reach, without changing anybody's permissions.
 */
import { stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { EmbeddedError, errnoOf } from './errors.js'

/** A user and group id, as numbers: the account needs no entry in /etc/passwd. */
export interface Account {
  readonly uid: number
  readonly gid: number
}

/** 'nobody', as almost every Unix numbers it. */
const NOBODY = 65_534

/**
 * The account for a cluster: undefined for ourselves. When we are root: the owner of the data, else of the folder if
 * that is an ordinary user (a project mounted into a container), else nobody.
 */
export async function chooseAccount(folder: string, data: string): Promise<Account | undefined> {
  const ours = process.getuid?.()
  if (ours === undefined) return undefined
  const owner = await statIfExists(data)
  if (ours === 0) {
    const { uid, gid } =
      [owner, await stat(folder)].find((found) => found !== undefined && found.uid !== 0) ?? {}
    return { uid: uid ?? NOBODY, gid: gid || NOBODY }
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

async function permits(account: Account, path: string, rights: number): Promise<boolean> {
  const { mode, uid, gid } = await stat(path)
  const shift = uid === account.uid ? 6 : gid === account.gid ? 3 : 0
  return ((mode >> shift) & rights) === rights
}

async function statIfExists(path: string): Promise<{ uid: number; gid: number } | undefined> {
  try {
    return await stat(path)
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined
    throw error
  }
}
