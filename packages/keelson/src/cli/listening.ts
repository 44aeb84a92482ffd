/** Taking a port, and saying what to do where it is taken. */
import { createServer as createNetServer } from 'node:net'
import type { Server } from '../composition/server.js'
import { Obstacle } from './failure.js'

export interface Address {
  readonly host: string
  readonly port: number
}

/** Finds out in time whether the port can be had, before a database is started for nothing. Throws Obstacle. */
export async function assertPortFree(address: Address): Promise<void> {
  const probe = createNetServer()
  try {
    await new Promise<void>((resolve, reject) => {
      probe.once('error', reject)
      probe.listen(address.port, address.host, resolve)
    })
  } catch (error) {
    throw explained(error, address)
  }
  await new Promise((resolve) => probe.close(resolve))
}

/** Listens; returns the address for people. Throws Obstacle. */
export async function listen(server: Server, address: Address): Promise<string> {
  try {
    const url = await server.listen(address)
    return url.replace('//127.0.0.1:', '//localhost:').replace('//0.0.0.0:', '//localhost:')
  } catch (error) {
    throw explained(error, address)
  }
}

function explained(error: unknown, { host, port }: Address): Error {
  const { code } = error as { code?: string }
  if (code === 'EADDRINUSE') {
    const otherPort = port + 1 > 65_535 ? 3001 : port + 1
    const instead =
      process.env['npm_lifecycle_event'] === undefined ? `--port ${otherPort}` : `PORT=${otherPort} npm start`
    return new Obstacle(
      `Port ${port} on ${host} is taken by another program. Take another port: ${instead}`,
      { cause: error },
    )
  }
  if (code === 'EACCES')
    return new Obstacle(`Port ${port} may not be used by this user. Take one above 1023.`, { cause: error })
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
    return new Obstacle(
      `${host} is no address of this machine. Take 127.0.0.1, or 0.0.0.0 for all of its addresses.`,
      { cause: error },
    )
  }
  return error as Error
}
