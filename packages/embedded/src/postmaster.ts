/**
 * The file in which a running Postgres says who it is, `postmaster.pid`, and whether it is to be believed: the file
 * outlives a server that was killed, and its process id may since have gone to someone else.
 */
import { rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { EmbeddedError } from './errors.js'
import type { Home } from './home.js'
import { commandLineOf, identify, isAlive, type ProcessIdentity } from './process-identity.js'
import { readIfExists } from './whole-file.js'

export interface Postmaster {
  readonly identity: ProcessIdentity
  readonly port: number
  /** The fingerprint of the configuration that it was started with. */
  readonly fingerprint: string | undefined
}

/** What a server is told on its command line, so that whoever finds it knows how it is configured. */
export function fingerprintSetting(fingerprint: string): string {
  return `keelson.configuration=${fingerprint}`
}

/**
 * The server of ours that runs on this home's data, if any. Removes a file that Postgres would heed although it means
 * nothing any more. Throws an EmbeddedError `data_in_use` if a Postgres runs there that is not ours.
 */
export async function findPostmaster(home: Home): Promise<Postmaster | undefined> {
  const path = join(home.data, 'postmaster.pid')
  const lines = (await readIfExists(path))?.split('\n') ?? []
  const pid = Number(lines[0])
  // Postgres itself recognises the file of a dead process, and looks for children that it left.
  if (!Number.isInteger(pid) || pid <= 0 || !isAlive(pid)) return undefined
  const identity = identify(pid)
  const kind = identity === undefined ? 'other' : await kindOf(pid, home.data)
  if (identity !== undefined && kind === 'ours') {
    return { identity, port: Number(lines[3]), fingerprint: fingerprintIn(commandLineOf(pid)) }
  }
  if (kind === 'foreign' && isAlive(pid)) {
    const why = `Process ${pid} is, or may be, a Postgres on ${home.data} that was not started by Keelson.`
    throw new EmbeddedError('data_in_use', `${why} Stop it; or if it is something else, delete ${path}.`)
  }
  // Of a process that took over the id, or of one that is dead and was never reaped: Postgres would think it alive.
  await rm(path, { force: true })
  return undefined
}

/** - `ours`: started by us on these data. - `foreign`: perhaps on these data, not by us. - `other`: anything else. */
async function kindOf(pid: number, data: string): Promise<'ours' | 'foreign' | 'other'> {
  const command = commandLineOf(pid)
  if (command === undefined) return 'foreign'
  if (!/(^|[/\\"])postgres(\.exe)?"?( |$)/.test(command)) return 'other'
  const [, directory] = / -D "?(.+?)"?( -[a-z] |$)/.exec(command.trim()) ?? []
  if (directory !== undefined && !(await isSameFolder(directory, data))) return 'other'
  return fingerprintIn(command) === undefined ? 'foreign' : 'ours'
}

function fingerprintIn(command: string | undefined): string | undefined {
  return /keelson\.configuration=(\w+)/.exec(command ?? '')?.[1]
}

async function isSameFolder(one: string, other: string): Promise<boolean> {
  try {
    const [first, second] = [await stat(one), await stat(other)]
    return first.dev === second.dev && first.ino === second.ino
  } catch {
    return false
  }
}
