/**
 * The shop as a process of its own, which can be killed: `keelson start`, as in production.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { fileURLToPath } from 'node:url'

const KEELSON = fileURLToPath(new URL('../../bin/keelson.js', import.meta.resolve('keelson')))
const APP = fileURLToPath(new URL('../../src/app.js', import.meta.url))

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('a port was expected')
  return address.port
}

export interface ShopProcess {
  readonly url: string
  /** Kills it with SIGKILL and starts it again on the same port. */
  crash(): Promise<void>
  end(): Promise<void>
}

export const startShopProcess = async (databaseUrl: string): Promise<ShopProcess> => {
  const port = await freePort()
  const start = (): ChildProcess =>
    spawn(process.execPath, [KEELSON, 'start', APP, '--port', String(port)], {
      env: { ...process.env, DATABASE_URL: databaseUrl, LOG_LEVEL: 'error' },
      stdio: ['ignore', 'ignore', 'inherit'],
    })
  const kill = async (child: ChildProcess): Promise<void> => {
    child.kill('SIGKILL')
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  }
  let running = start()
  return {
    url: `http://127.0.0.1:${port}`,
    async crash() {
      await kill(running)
      running = start()
    },
    end: () => kill(running),
  }
}
