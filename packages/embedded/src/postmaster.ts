/**
 * The file in which a running Postgres says who it is, `postmaster.pid`, and whether it is to be believed: the file
 * outlives a server that was killed, and its process id may since have gone to someone else.
 */
import { rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { EmbeddedError } from './errors.js'
import type { Home } from './home.js'
import { commandLineOf, identify, type ProcessIdentity } from './process-identity.js'
import { readIfExists } from './whole-file.js'

export interface Postmaster {
  readonly identity: ProcessIdentity
  readonly port: number
  /** The fingerprint of the configuration that it was started with. */
  readonly fingerprint: string | undefined
}

const FINGERPRINT = /keelson\.configuration=(\w+)/

/** What a server is told on its command line, so that whoever finds it knows how it is configured. */
export function fingerprintSetting(fingerprint: string): string {
  return `keelson.configuration=${fingerprint}`
}

/** The server that runs on this home's data, if any. Removes a file that an unrelated process' id would make valid. */
export async function findPostmaster(home: Home): Promise<Postmaster | undefined> {
  const path = join(home.data, 'postmaster.pid')
  const lines = (await readIfExists(path))?.split('\n') ?? []
  const pid = Number(lines[0])
  const identity = Number.isInteger(pid) && pid > 0 ? identify(pid) : undefined
  // Postgres itself recognises the file of a dead process, and looks for children that it left.
  if (identity === undefined) return undefined
  const command = commandLineOf(pid)
  if (command === undefined) {
    const why = `Process ${pid} may be a Postgres that runs on ${home.data}; this system does not say.`
    throw new EmbeddedError('data_in_use', `${why} Stop it, or if it is something else delete ${path}.`)
  }
  if (await servesData(command, home.data)) {
    return { identity, port: Number(lines[3]), fingerprint: FINGERPRINT.exec(command)?.[1] }
  }
  await rm(path, { force: true })
  return undefined
}

/** Whether a command line is that of a Postgres that was started on this data directory. */
async function servesData(command: string, data: string): Promise<boolean> {
  const [, directory] = / -D "?(.+?)"? -p "?\d/.exec(command) ?? []
  return directory !== undefined && (await isSameFolder(directory, data))
}

async function isSameFolder(one: string, other: string): Promise<boolean> {
  try {
    const [first, second] = [await stat(one), await stat(other)]
    return first.dev === second.dev && first.ino === second.ino
  } catch {
    return false
  }
}
