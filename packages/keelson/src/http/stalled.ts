/**
 * Clients that do not read their answers. What the operating system does not take waits in the memory of the process, and
 * would wait for ever. A connection where bytes wait, and none has been taken for a while, is reset. One where nothing waits
 * may be as silent as it likes. Connections are looked at now and then, all at once: requests know nothing of it.
 */
import type { Server } from 'node:http'
import type { Socket } from 'node:net'
import type { Log } from '../telemetry/log.js'

export interface StalledLimits {
  /** How long a connection may wait without a byte being taken, in milliseconds. */
  readonly stalledMs: number
  readonly log: Log
}

/** How late it may be noticed that a connection has begun to wait. */
export const LOOK_MS = 5000
/** At least so many looks find a connection as it was, before it is given up. */
const LOOKS_MIN = 6

/** Node's own count of a chunk's progress; `writableLength` falls only when the whole chunk is gone. */
interface CountingSocket extends Socket {
  readonly _handle?: { readonly bytesWritten: number; readonly writeQueueSize: number } | null
}

interface Waiting {
  readonly takenBytes: number
  /** How many looks have found it with no more taken. */
  readonly looks: number
}

/** `open`: the server's connections. */
export function cutOffStalled(
  server: Server,
  open: ReadonlySet<Socket>,
  { stalledMs, log }: StalledLimits,
): void {
  const everyMs = Math.min(LOOK_MS, Math.ceil(stalledMs / LOOKS_MIN))
  // Looks are counted, not time: a process that stood still must not blame its clients.
  const looksMax = Math.ceil(stalledMs / everyMs)
  let waiting = new Map<Socket, Waiting>()
  let timer: NodeJS.Timeout | undefined

  const look = (): void => {
    const still = new Map<Socket, Waiting>()
    for (const socket of open) {
      const takenBytes = takenOf(socket)
      if (takenBytes === undefined) continue
      const before = waiting.get(socket)
      const looks = before?.takenBytes === takenBytes ? before.looks + 1 : 0
      if (looks < looksMax) still.set(socket, { takenBytes, looks })
      else {
        log.info({ stalledMs, waitingBytes: socket.writableLength }, 'A client did not read its answer.')
        // Closed in order, what the system has taken would go on waiting in its memory.
        socket.resetAndDestroy()
      }
    }
    waiting = still
    if (open.size > 0) return
    clearInterval(timer)
    timer = undefined
  }
  server.on('connection', () => (timer ??= setInterval(look, everyMs).unref()))
}

/** Bytes that the operating system has taken from a connection where some wait. */
function takenOf(socket: CountingSocket): number | undefined {
  const { _handle: handle } = socket
  if (socket.writableLength === 0 || handle === undefined || handle === null) return undefined
  return handle.bytesWritten - handle.writeQueueSize
}
