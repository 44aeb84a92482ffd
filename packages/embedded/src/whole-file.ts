/**
 * Files that are there whole or not at all, whatever kills the process: written under a temporary name, then given
 * their real name in one step.
 */
import { randomUUID } from 'node:crypto'
import { link, open, readdir, readFile, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { errnoOf } from './errors.js'
import { isAlive } from './process-identity.js'

/** Tells our temporary names from those of an earlier process with our id, as is usual in containers. */
const OURS = randomUUID().slice(0, 8)
const TEMPORARY = /^\.tmp-(\d+)-([0-9a-f]{8})-/

/** A path in a folder that nobody else uses, and that `removeTemporaries` removes once this process is gone. */
export function temporaryIn(folder: string): string {
  return join(folder, `.tmp-${process.pid}-${OURS}-${randomUUID()}`)
}

/** Removes what processes that were killed left in a folder under temporary names. */
export async function removeTemporaries(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const [, pid, token] = TEMPORARY.exec(name) ?? []
    if (pid === undefined || token === OURS) continue
    if (Number(pid) !== process.pid && isAlive(Number(pid))) continue
    await rm(join(folder, name), { recursive: true, force: true, maxRetries: 3 })
  }
}

/** Writes a file, replacing what was there, and makes it durable. */
export async function writeWhole(path: string, content: string, mode = 0o600): Promise<void> {
  const temporary = await writeTemporary(path, content, mode)
  try {
    await rename(temporary, path)
    await syncFolder(dirname(path))
  } finally {
    await rm(temporary, { force: true })
  }
}

/** The same, but leaves a file alone that is right already: that needs no space on a full disk. */
export async function writeIfChanged(path: string, content: string, mode = 0o600): Promise<void> {
  if ((await readIfExists(path)) !== content) await writeWhole(path, content, mode)
}

/** Creates a file with its content. False, with nothing changed, if there is one: of many callers one gets true. */
export async function createOnce(path: string, content: string, mode = 0o600): Promise<boolean> {
  const temporary = await writeTemporary(path, content, mode)
  try {
    await link(temporary, path)
    return true
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return false
    throw error
  } finally {
    await rm(temporary, { force: true })
  }
}

/** The text of a file, or undefined if there is none. */
export async function readIfExists(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined
    throw error
  }
}

/** Makes the names in a folder durable. */
export async function syncFolder(path: string): Promise<void> {
  // Windows cannot open folders for this, and keeps names in its journal anyway.
  if (process.platform === 'win32') return
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

async function writeTemporary(path: string, content: string, mode: number): Promise<string> {
  const temporary = temporaryIn(dirname(path))
  const file = await open(temporary, 'wx', mode)
  try {
    await file.writeFile(content)
    await file.sync()
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  } finally {
    await file.close()
  }
  return temporary
}
