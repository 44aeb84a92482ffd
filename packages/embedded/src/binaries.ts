/**
 * Makes the binaries fit to run. The npm packages lack the symbolic links between their libraries, because npm packs
 * no links and does not run the script that would make them; and node_modules may be closed to the account that the
 * server runs as. What cannot be put right in place is put right in a copy, never by changing permissions.
 */
import { chmod, copyFile, cp, lstat, mkdir, readdir, rename, rm, symlink } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { mayRunFrom, type Account } from './account.js'
import { errnoOf } from './errors.js'
import type { BinariesPackage } from './platform.js'
import { readIfExists, temporaryIn } from './whole-file.js'

/** Binaries that can be run as they are. */
export interface Binaries {
  /** The folder with `bin`, `lib` and `share`. */
  readonly native: string
  /** As in BinariesPackage. */
  readonly version: string
  /** Postgres' major version, such as '18'. */
  readonly major: string
}

interface Link {
  readonly source: string
  readonly target: string
}

/** The binaries where they were installed, or else a copy of them under `home`, kept for later starts. */
export async function prepareBinaries(
  installed: BinariesPackage,
  home: string,
  account: Account | undefined,
  progress: (message: string) => void,
): Promise<Binaries> {
  const { folder, version } = installed
  const major = version.split('.')[0] ?? version
  const native = join(folder, 'native')
  const mayRun = account === undefined || (await mayRunFrom(account, native))
  if (mayRun && (await makeLinksInPlace(folder))) return { native, version, major }
  const copy = join(home, `native-${version}`)
  if (!(await exists(copy))) {
    progress(`copying the Postgres binaries to ${copy}, as they cannot be run from ${native}`)
    await copyBinaries(folder, copy)
  }
  return { native: copy, version, major }
}

/** Path of one of the programs: 'postgres', 'initdb' or 'pg_ctl'. */
export function program(binaries: Binaries, name: 'postgres' | 'initdb' | 'pg_ctl'): string {
  return join(binaries.native, 'bin', process.platform === 'win32' ? `${name}.exe` : name)
}

/** Removes copies that other versions left. Only for when no server runs: it loads libraries as it needs them. */
export async function removeOtherCopies(home: string, binaries: Binaries): Promise<void> {
  for (const name of await readdir(home)) {
    if (!name.startsWith('native-') || name === `native-${binaries.version}`) continue
    await rm(join(home, name), { recursive: true, force: true })
  }
}

const NOT_OURS = new Set(['EACCES', 'EPERM', 'EROFS'])

/** False if a link is missing and this is no place where we may make it. */
async function makeLinksInPlace(folder: string): Promise<boolean> {
  try {
    await makeLinks(folder)
    return true
  } catch (error) {
    if (NOT_OURS.has(errnoOf(error) ?? '')) return false
    throw error
  }
}

async function makeLinks(folder: string): Promise<void> {
  const list = await readIfExists(join(folder, 'native', 'pg-symlinks.json'))
  const links = list === undefined ? [] : (JSON.parse(list) as Link[])
  for (const { source, target } of links) {
    const path = join(folder, target)
    if (await exists(path)) continue
    try {
      await symlink(basename(source), path)
    } catch (error) {
      // Another process was faster.
      if (errnoOf(error) !== 'EEXIST') throw error
    }
  }
}

async function copyBinaries(from: string, to: string): Promise<void> {
  const draft = temporaryIn(dirname(to))
  try {
    await mkdir(draft)
    const native = join(draft, 'native')
    await cp(join(from, 'native'), native, { recursive: true, filter: isNeeded, verbatimSymlinks: true })
    await openToAll(native)
    await linkOrCopy(draft)
    await rename(native, to)
  } finally {
    await rm(draft, { recursive: true, force: true })
  }
}

/** Static libraries are for compiling programs against Postgres. */
function isNeeded(path: string): boolean {
  return !path.endsWith('.a')
}

/** Makes the links; where the file system knows none, copies of what they point to. */
async function linkOrCopy(folder: string): Promise<void> {
  if (await makeLinksInPlace(folder)) return
  const links = JSON.parse((await readIfExists(join(folder, 'native', 'pg-symlinks.json'))) ?? '[]') as Link[]
  for (const { source, target } of links) await copyFile(join(folder, source), join(folder, target))
}

/** Lets the server's account read the copy, whatever the permissions of the original and our umask. */
async function openToAll(folder: string): Promise<void> {
  await chmod(folder, 0o755)
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) await openToAll(path)
    else if (entry.isFile()) await chmod(path, basename(folder) === 'bin' ? 0o755 : 0o644)
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await lstat(path)
    return true
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return false
    throw error
  }
}
