/**
 * A port for the server. The one used last time is preferred, so that bookmarks and open tools keep working; a port
 * can be lost between this look and the server's, so the caller must be ready to ask again.
 */
import { createServer } from 'node:net'

/** A port on 127.0.0.1 that is free now: the preferred one if it is, else any. */
export async function freePort(preferred?: number): Promise<number> {
  if (preferred !== undefined && (await bind(preferred)) !== undefined) return preferred
  const port = await bind(0)
  if (port === undefined) throw new Error('no port is free on 127.0.0.1')
  return port
}

/** Whether a port is free on 127.0.0.1 now. */
export async function isPortFree(port: number): Promise<boolean> {
  return (await bind(port)) !== undefined
}

async function bind(port: number): Promise<number | undefined> {
  const server = createServer()
  try {
    return await new Promise<number | undefined>((resolve) => {
      server.once('error', () => resolve(undefined))
      server.listen({ host: '127.0.0.1', port, exclusive: true }, () => {
        const address = server.address()
        resolve(typeof address === 'object' ? address?.port : undefined)
      })
    })
  } finally {
    if (server.listening) await new Promise((resolve) => server.close(resolve))
  }
}
