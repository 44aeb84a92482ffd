/**
 * A server whose owner was killed: taken over if it is what we would start, else ended. Only the holder of the lock
 * may come here.
 */
import type { Binaries } from './binaries.js'
import type { Home } from './home.js'
import { findPostmaster, type Postmaster } from './postmaster.js'
import { awaitReady } from './readiness.js'
import { stopServer } from './server.js'
import type { Address } from './session.js'

const ANSWER_MS = 5_000

export interface OrphanQuestion {
  readonly home: Home
  readonly binaries: Binaries
  /** Of the configuration that a server of ours would have. */
  readonly fingerprint: string
  readonly addressOn: (port: number) => Address
  readonly progress: (message: string) => void
}

/** The orphan, ready for use; or undefined, and then no server runs on these data. */
export async function takeOverOrphan(question: OrphanQuestion): Promise<Postmaster | undefined> {
  const { home, binaries, progress } = question
  const orphan = await findPostmaster(home)
  if (orphan === undefined) return undefined
  if (await isFit(orphan, question)) {
    progress(
      `taking over the Postgres that an earlier run left (process ${orphan.identity.pid}, port ${orphan.port})`,
    )
    return orphan
  }
  progress(`ending the Postgres that an earlier run left (process ${orphan.identity.pid})`)
  await stopServer(orphan.identity, home, binaries)
  return undefined
}

async function isFit(orphan: Postmaster, question: OrphanQuestion): Promise<boolean> {
  const { fingerprint, addressOn, progress } = question
  if (orphan.fingerprint !== fingerprint || !(orphan.port > 0)) return false
  return (await awaitReady(orphan.identity, addressOn(orphan.port), ANSWER_MS, progress)) === 'ready'
}
