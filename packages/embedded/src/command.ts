/**
 * Running one of Postgres' programs: as which account, in which environment, and what it means if it cannot be run.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import type { Account } from './account.js'
import { EmbeddedError, errnoOf } from './errors.js'

export interface CommandResult {
  readonly succeeded: boolean
  /** Standard output and error, as they came. */
  readonly output: string
}

const TIMEOUT_MS = 120_000
const OUTPUT_BYTES_MAX = 64 * 1024

/** Runs a program to its end. Throws an EmbeddedError if it cannot be run; its failure is a result. */
export async function run(file: string, args: readonly string[], account?: Account): Promise<CommandResult> {
  const child = spawn(file, args, {
    ...identityOf(account),
    env: environment(),
    stdio: ['ignore', 'pipe', 'pipe'],
    windowsHide: true,
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream
      .setEncoding('utf8')
      .on('data', (text: string) => (output = (output + text).slice(-OUTPUT_BYTES_MAX)))
  }
  const ended = once(child, 'close')
  const timer = setTimeout(() => child.kill('SIGKILL'), TIMEOUT_MS)
  try {
    await spawned(child, file, account)
    await ended
  } finally {
    clearTimeout(timer)
    // Once the child could not be spawned, nobody awaits its end.
    ended.catch(() => undefined)
  }
  return { succeeded: child.exitCode === 0, output }
}

/** Waits until a program runs. Throws an EmbeddedError that says why it does not. */
export async function spawned(
  child: ChildProcess,
  file: string,
  account: Account | undefined,
): Promise<void> {
  try {
    await once(child, 'spawn')
  } catch (error) {
    throw explainSpawnError(error, file, account)
  }
}

/** Options of spawn that make the program run as the account. */
export function identityOf(account: Account | undefined): { cwd: string; uid?: number; gid?: number } {
  // Our own working folder may be closed to the account, and must be free to be removed while the server runs.
  return { cwd: '/', ...account }
}

/** What Postgres' programs need of the environment: the rest holds secrets, or settings like PGDATA and LC_MESSAGES. */
export function environment(): NodeJS.ProcessEnv {
  const kept = [
    'PATH',
    'TMPDIR',
    'TEMP',
    'TMP',
    'SystemRoot',
    'SystemDrive',
    'windir',
    'ComSpec',
    'PATHEXT',
    'USERNAME',
  ]
  const result: NodeJS.ProcessEnv = { LC_ALL: 'C' }
  for (const name of kept) if (process.env[name] !== undefined) result[name] = process.env[name]
  return result
}

function explainSpawnError(error: unknown, file: string, account: Account | undefined): EmbeddedError {
  const errno = errnoOf(error)
  if (errno === 'ENOENT' && existsSync(file)) {
    const why = `${file} does not run on this system: it needs the GNU C library, which Alpine and NixOS do not have in place.`
    return new EmbeddedError(
      'platform_unsupported',
      `${why} Set DATABASE_URL to use another Postgres.`,
      error,
    )
  }
  if (account !== undefined && (errno === 'EPERM' || errno === 'EINVAL')) {
    const why = `Postgres must not run as root, and this system does not let root run it as user ${account.uid}.`
    const todo = 'Start as an ordinary user, or set DATABASE_URL to use another Postgres.'
    return new EmbeddedError('platform_unsupported', `${why} ${todo}`, error)
  }
  const reason = error instanceof Error ? error.message : String(error)
  return new EmbeddedError('start_failed', `${file} could not be run: ${reason}.`, error)
}
