/**
 * Who owns a database: at most one process, decided by the file system.
 *
 * Each owner creates `owner.<n>`, one above the highest there is, with its identity as content; creating a file
 * succeeds for one process only. An owner that is done empties its file; one that was killed leaves it, and is known
 * to be dead by its identity. The highest file is never removed, only those below it, so that a process that is slow to
 * act on what it saw can never end beside another: it finds a higher file than its own, and gives way.
 */
import { readdir, rm, stat, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import { EmbeddedError } from './errors.js'
import type { Home } from './home.js'
import { identify, isRunning, thisMachine, type Machine, type ProcessIdentity } from './process-identity.js'
import { createOnce, readIfExists } from './whole-file.js'

export interface Lock {
  /** Lets others own the database. */
  release(): Promise<void>
}

interface Owner extends ProcessIdentity, Machine {
  /** The home's device and inode: a copy of the folder is another place, and its lock means nothing. */
  readonly place: string
}

const ATTEMPTS_MAX = 100

/** Takes the ownership. Throws an EmbeddedError `data_in_use` if another process has it. */
export async function takeLock(home: Home): Promise<Lock> {
  const self = await ourselves(home)
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
    const highest = await highestOf(home)
    await assertFree(home, highest, self)
    const ours = pathOf(home, highest + 1)
    if (!(await createOnce(ours, JSON.stringify(self)))) continue
    if ((await highestOf(home)) === highest + 1) {
      await removeBelow(home, highest + 1)
      // Emptied rather than replaced: that needs no space on a full disk.
      return { release: () => truncate(ours, 0) }
    }
    await rm(ours, { force: true })
  }
  const message = `Too many processes start on ${home.path} at once; this one gave up after ${ATTEMPTS_MAX} attempts.`
  throw new EmbeddedError('data_in_use', message)
}

async function assertFree(home: Home, generation: number, self: Owner): Promise<void> {
  if (generation === 0) return
  const path = pathOf(home, generation)
  const text = await readIfExists(path)
  if (text === undefined || text === '') return
  const owner = JSON.parse(text) as Owner
  const sameIds = owner.boot === self.boot && owner.namespace === self.namespace
  if (owner.host !== self.host && !sameIds) throw inUseElsewhere(home, owner, path)
  if (!sameIds || owner.place !== self.place || !isRunning(owner)) return
  throw await inUse(home, owner)
}

async function inUse(home: Home, owner: Owner): Promise<EmbeddedError> {
  const url = await readIfExists(home.url)
  const at = url === undefined ? 'it is just starting' : `at ${new URL(url).host}`
  const who = owner.pid === process.pid ? 'this very process' : `process ${owner.pid}`
  const attach = `To use it from here too, set DATABASE_URL to the content of ${home.url}`
  const message = `The database in ${home.path} is in use by ${who} (${at}). ${attach}; to have it alone, stop that process.`
  return new EmbeddedError('data_in_use', message)
}

/** An owner in another container or on another machine: whether it lives cannot be seen from here. */
function inUseElsewhere(home: Home, owner: Owner, path: string): EmbeddedError {
  const who = `process ${owner.pid} on '${owner.host}', another container or machine`
  const todo = `Stop it there. If it is certainly gone, together with its Postgres, delete ${path} and start again.`
  return new EmbeddedError(
    'data_in_use',
    `The database in ${home.path} was last used by ${who}, and never let go. ${todo}`,
  )
}

async function ourselves(home: Home): Promise<Owner> {
  const { dev, ino } = await stat(home.path)
  const identity = identify(process.pid) ?? { pid: process.pid, start: 'unknown' }
  return { ...identity, ...thisMachine(), place: `${dev}:${ino}` }
}

async function highestOf(home: Home): Promise<number> {
  return Math.max(0, ...(await generationsOf(home)))
}

async function removeBelow(home: Home, generation: number): Promise<void> {
  for (const other of await generationsOf(home)) {
    if (other < generation) await rm(pathOf(home, other), { force: true })
  }
}

async function generationsOf(home: Home): Promise<number[]> {
  const names = await readdir(home.path)
  return names.flatMap((name) => /^owner\.(\d+)$/.exec(name)?.[1] ?? []).map(Number)
}

function pathOf(home: Home, generation: number): string {
  return join(home.path, `owner.${generation}`)
}
