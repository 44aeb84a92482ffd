/**
 * Ports, processes and waiting.
 */
import { once } from 'node:events'
import { createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

export async function freePort() {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address()
  server.close()
  await once(server, 'close')
  return port
}

/** Whether there is such a process that is not merely waiting to be collected. */
export function isAlive(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}

/** Asks every 50 ms until it holds; fails at once when the server that it waits for has ended. */
export async function until(what, timeoutMs, holds, server) {
  const endsAt = performance.now() + timeoutMs
  while (!(await holds())) {
    if (server?.exited !== undefined) throw new Error(`npm start ended (${server.exited}) before ${what}.`)
    if (performance.now() > endsAt) throw new Error(`Not within ${timeoutMs / 1000} s: ${what}.`)
    await sleep(50)
  }
}
