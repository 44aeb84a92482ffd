/** The connections of a server: which are open, and how many may be. */
import type { Server } from 'node:http'
import type { Socket } from 'node:net'
import type { Log } from '../telemetry/log.js'

export interface ConnectionBound {
  /** Open at once; those beyond are closed unserved. */
  readonly connectionsMax: number
  readonly now: () => number
  readonly log: Log
}

/** Between two lines of the log about connections that were closed unserved. */
const TOLD_EVERY_MS = 60_000

/** Bounds the connections of a server that does not listen yet; what is returned holds those that are open. */
export function boundConnections(
  server: Server,
  { connectionsMax, now, log }: ConnectionBound,
): ReadonlySet<Socket> {
  const open = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    open.add(socket)
    socket.once('close', () => open.delete(socket))
  })
  server.maxConnections = connectionsMax
  let dropped = 0
  let toldAt = -Infinity
  server.on('drop', () => {
    dropped++
    if (now() - toldAt < TOLD_EVERY_MS) return
    log.warn({ connectionsMax, dropped }, 'Connections were closed unserved: as many as may be are open.')
    toldAt = now()
    dropped = 0
  })
  return open
}
