/**
 * The server's process: started in a session of its own, so that neither a Ctrl-C in the terminal nor our own death
 * ends it, and stopped by ever firmer signals. It is ended by us after the application has drained, or taken over by
 * the next start.
 */
import { spawn } from 'node:child_process'
import { setTimeout as delay } from 'node:timers/promises'
import type { Account } from './account.js'
import { program, type Binaries } from './binaries.js'
import { environment, identityOf, run, spawned } from './command.js'
import { EmbeddedError } from './errors.js'
import type { Home } from './home.js'
import { identify, isAlive, isRunning, type ProcessIdentity } from './process-identity.js'
import { findPostmaster, fingerprintSetting } from './postmaster.js'
import { openLog } from './server-log.js'

export interface Launch {
  readonly home: Home
  readonly binaries: Binaries
  readonly account: Account | undefined
  readonly port: number
  /** '' for none. */
  readonly socketFolder: string
  /** Of the configuration file as it is now. */
  readonly fingerprint: string
}

export interface Launched {
  /** Undefined if it ended at once. */
  readonly identity: ProcessIdentity | undefined
  /** Where in the log its part begins. */
  readonly logBegin: number
}

/** Starts the server; does not wait until it is ready. */
export async function launch(options: Launch): Promise<Launched> {
  const { home, binaries, account, port, socketFolder } = options
  const settings = ['-c', `config_file=${home.config}`, '-c', fingerprintSetting(options.fingerprint)]
  // findPostmaster recognises our servers by these.
  const args = ['-D', home.data, '-p', String(port), '-k', socketFolder, ...settings]
  const { file, begin } = await openLog(home.log)
  try {
    if (process.platform === 'win32')
      return { identity: await launchOnWindows(options, args), logBegin: begin }
    const postgres = program(binaries, 'postgres')
    const child = spawn(postgres, args, {
      ...identityOf(account),
      env: environment(),
      detached: true,
      stdio: ['ignore', file.fd, file.fd],
    })
    await spawned(child, postgres, account)
    child.unref()
    return { identity: child.pid === undefined ? undefined : identify(child.pid), logBegin: begin }
  } finally {
    await file.close()
  }
}

/** How long each way of asking the server to end is given, before the next. */
const FAREWELLS = [
  { mode: 'fast', signal: 'SIGINT', graceMs: 20_000 },
  { mode: 'immediate', signal: 'SIGQUIT', graceMs: 5_000 },
  { mode: 'kill', signal: 'SIGKILL', graceMs: 5_000 },
] as const

/** Stops a server and waits until it is gone; nothing happens if it is already. */
export async function stopServer(server: ProcessIdentity, home: Home, binaries: Binaries): Promise<void> {
  for (const { mode, signal, graceMs } of FAREWELLS) {
    if (!isRunning(server)) return
    if (process.platform === 'win32' && mode !== 'kill') {
      await run(program(binaries, 'pg_ctl'), ['stop', '-D', home.data, '-m', mode, '-W'])
    } else signalTo(server.pid, signal)
    if (await hasEnded(server, graceMs)) return
  }
  const message = `Postgres (process ${server.pid}) cannot be ended, not even by SIGKILL. Its data are safe; restart the machine.`
  throw new EmbeddedError('start_failed', message)
}

const POLL_MS = 10

/** Whether a server ends within the time given. */
export async function hasEnded(server: ProcessIdentity, withinMs: number): Promise<boolean> {
  const deadline = performance.now() + withinMs
  while (isRunning(server)) {
    if (performance.now() > deadline) return false
    await delay(POLL_MS)
  }
  return true
}

/** Windows knows no signals, and Postgres refuses administrators there: pg_ctl starts it with fewer rights. */
async function launchOnWindows(options: Launch, args: string[]): Promise<ProcessIdentity | undefined> {
  const { home, binaries } = options
  const [, , ...rest] = args
  const serverArgs = rest.map((arg) => (/^-\w$/.test(arg) ? arg : `"${arg}"`)).join(' ')
  const pgCtl = ['start', '-D', home.data, '-l', home.log, '-o', serverArgs, '-w']
  const { succeeded } = await run(program(binaries, 'pg_ctl'), pgCtl)
  return succeeded ? (await findPostmaster(home))?.identity : undefined
}

function signalTo(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch (error) {
    if (isAlive(pid)) throw error
  }
}
