/**
 * A contender's process: started, waited for until it answers, stopped; killed if it does not stop. What it prints is
 * kept for the message if it fails.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { repositoryPath, type Contender } from './contender.js'

const READY_WITHIN_MS = 30_000
const STOPPED_WITHIN_MS = 10_000
const OUTPUT_CHARACTERS_MAX = 4_000

export interface AppProcess {
  readonly port: number
  readonly pid: number
  /** Rejects if it had ended by itself. */
  stop(): Promise<void>
}

const running = new Set<ChildProcess>()
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})

/** The same for every contender: room for young objects, which answers in flight are by the thousand. */
const NODE_FLAGS = ['--max-semi-space-size=128']

export async function startApp(
  contender: Contender,
  databaseUrl: string,
  token: string,
): Promise<AppProcess> {
  const port = await freePort()
  const { program, args, environment } = contender.launch({ databaseUrl, port, token })
  const child = spawn(process.execPath, [...NODE_FLAGS, program, ...args], {
    cwd: fileURLToPath(repositoryPath('')),
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], NODE_ENV: 'production', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  running.add(child)
  let output = ''
  const keep = (text: string): void => {
    output = (output + text).slice(-OUTPUT_CHARACTERS_MAX)
  }
  child.stdout.setEncoding('utf8').on('data', keep)
  child.stderr.setEncoding('utf8').on('data', keep)
  const exited = once(child, 'exit').finally(() => running.delete(child))

  const end = async (): Promise<void> => {
    child.kill('SIGTERM')
    const impatience = setTimeout(() => child.kill('SIGKILL'), STOPPED_WITHIN_MS)
    await exited
    clearTimeout(impatience)
  }
  const died = exited.then(([code]) => {
    throw new Error(`It ended with code ${String(code)}.`)
  })
  try {
    await Promise.race([ready(`http://127.0.0.1:${port}${contender.readyPath}`, token), died])
  } catch (error) {
    await end()
    const why = error instanceof Error ? error.message : String(error)
    throw new Error(`${contender.name} did not get ready. ${why} It printed:\n${output}`, { cause: error })
  } finally {
    died.catch(() => undefined)
  }
  return {
    port,
    pid: child.pid!,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) {
        throw new Error(`${contender.name} ended by itself. It printed:\n${output}`)
      }
      await end()
    },
  }
}

async function ready(url: string, token: string): Promise<void> {
  const deadline = Date.now() + READY_WITHIN_MS
  let last = 'it refused connections'
  while (Date.now() < deadline) {
    try {
      const answer = await fetch(url, { headers: { authorization: `Bearer ${token}` } })
      await answer.arrayBuffer()
      if (answer.status === 200) return
      last = `it answered ${answer.status}`
    } catch {
      // Not listening yet.
    }
    await pause(25)
  }
  throw new Error(`${url} was not ready within ${READY_WITHIN_MS / 1000} seconds: ${last}.`)
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
