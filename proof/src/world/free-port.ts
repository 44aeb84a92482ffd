/**
 * A port that stays ours while nobody listens on it, between two lives of a process: from below the range that systems give
 * to outgoing connections, so that no client of the load can sit on it.
 */
import { randomInt } from 'node:crypto'
import { createServer } from 'node:net'

const MIN = 15_000
const MAX = 32_000
const ATTEMPTS_MAX = 100

export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
    const port = randomInt(MIN, MAX)
    if (await isFree(port)) return port
  }
  throw new Error('No port is free on 127.0.0.1.')
}

function isFree(port: number): Promise<boolean> {
  const server = createServer()
  return new Promise((resolve) => {
    server.once('error', () => resolve(false))
    server.listen({ host: '127.0.0.1', port, exclusive: true }, () => server.close(() => resolve(true)))
  })
}
