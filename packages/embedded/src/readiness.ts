/**
 * Waiting for a server, by asking it: ready means that it answered a statement on a connection with our password.
 */
import { setTimeout as delay } from 'node:timers/promises'
import { EmbeddedError } from './errors.js'
import { isRunning, type ProcessIdentity } from './process-identity.js'
import { ask, ServerError, type Address } from './session.js'

/** - `ended`: the process is gone. - `silent`: it did not answer in time. */
export type Readiness = 'ready' | 'ended' | 'silent'

const POLL_MS_MIN = 5
const POLL_MS_MAX = 100
const SILENCE_MS = 3_000
/** A server that says it is starting reads its log after a crash: slow on a slow disk, and lost if we gave up. */
const RECOVERY_MS_MAX = 600_000

/**
 * Waits until the server is ready, for `silentMs` at most while it does not answer, and longer while it says that it
 * is starting.
 */
export async function awaitReady(
  server: ProcessIdentity,
  address: Address,
  silentMs: number,
  progress: (message: string) => void,
): Promise<Readiness> {
  const began = performance.now()
  let limitMs = silentMs
  for (let pollMs = POLL_MS_MIN; isRunning(server); pollMs = Math.min(POLL_MS_MAX, pollMs * 1.5)) {
    const answer = await probe(address)
    if (answer === 'ready') return 'ready'
    const waitedMs = performance.now() - began
    if (answer === 'starting' && limitMs === silentMs && waitedMs > 1_000) {
      progress('waiting for Postgres to recover from its last crash')
      limitMs = RECOVERY_MS_MAX
    }
    if (waitedMs > limitMs) return 'silent'
    await delay(pollMs)
  }
  return 'ended'
}

/** SQLSTATE cannot_connect_now: starting, recovering or shutting down. */
const CANNOT_CONNECT_NOW = '57P03'
const INVALID_PASSWORD = '28P01'

async function probe(address: Address): Promise<'ready' | 'starting' | 'silent'> {
  try {
    await ask(address, 'select 1', SILENCE_MS)
    return 'ready'
  } catch (error) {
    if (!(error instanceof ServerError)) return 'silent'
    // One that is shutting down says the same, and will never be ready.
    if (error.sqlState === CANNOT_CONNECT_NOW)
      return /shutting down/.test(error.message) ? 'silent' : 'starting'
    const hint =
      error.sqlState === INVALID_PASSWORD
        ? ' The password was changed by hand; set it back to the one on file.'
        : ''
    throw new EmbeddedError('start_failed', `Postgres runs, but refuses us: ${error.message}.${hint}`, error)
  }
}
