/**
 * `npm start` as a process of its own, with what it prints and what it starts.
 */
import { spawn } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isAlive, until } from './machine.js'

const OUTPUT_MAX = 20_000
const KILL_TIMEOUT_MS = 10_000

/** The first line of postmaster.pid, where the embedded Postgres keeps its data. */
function postgresOf(shopFolder) {
  const data = join(shopFolder, '.keelson')
  if (!existsSync(data)) return undefined
  const file = readdirSync(data, { recursive: true }).find((path) => path.endsWith('postmaster.pid'))
  return file === undefined ? undefined : Number(readFileSync(join(data, file), 'utf8').split('\n')[0])
}

export function startShop({ folder, shopFolder, home, user }, port) {
  const child = spawn('npm', ['start'], {
    cwd: folder,
    env: { PATH: process.env.PATH, HOME: home, PORT: String(port) },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own: killing it reaches npm and the server at one blow.
    detached: true,
    ...user,
  })
  let output = ''
  const keep = (chunk) => {
    output = (output + chunk).slice(-OUTPUT_MAX)
  }
  child.stdout.on('data', keep)
  child.stderr.on('data', keep)
  const server = {
    /** The exit code or the signal, once it has ended. */
    exited: undefined,
    output: () => output,
    postgres: () => postgresOf(shopFolder),
    /** As a service manager stops it: a signal to the process that it started, and to no other. */
    terminate: () => child.kill('SIGTERM'),
    /** As a crash ends it: Postgres is left behind. */
    async kill() {
      if (server.exited !== undefined) return
      process.kill(-Number(child.pid), 'SIGKILL')
      await until('it is dead', KILL_TIMEOUT_MS, () => !isAlive(child.pid))
    },
    /** Nothing is left behind. */
    async destroy() {
      await server.kill()
      const postgres = server.postgres()
      if (postgres !== undefined && isAlive(postgres)) process.kill(postgres, 'SIGQUIT')
    },
  }
  child.once('exit', (code, signal) => {
    server.exited = code ?? signal
  })
  return server
}
