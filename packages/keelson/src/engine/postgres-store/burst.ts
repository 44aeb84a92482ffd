/** Bursts: statements sent behind each other on one connection, and how a transaction of them is given up. */
import type { Statement } from '../../postgres/burst-query.js'
import type { Backend, Connection } from '../../postgres/connection.js'
import type { Connections } from '../../postgres/connections.js'
import { END_BACKEND } from './statements.js'

/** The first failure in the order of sending: those behind it only say that the transaction is aborted. */
export async function firstError(sent: readonly Promise<unknown>[]): Promise<void> {
  const results = await Promise.allSettled(sent)
  for (const result of results) if (result.status === 'rejected') throw result.reason
}

export const BEGIN: Statement = {
  name: 'keelson_begin',
  text: 'begin isolation level read committed read write',
}
const ROLLBACK: Statement = { text: 'rollback' }

export async function abandon(connection: Connection, connections: Connections): Promise<void> {
  connection.uncork()
  if (connection.usable) await connection.send(ROLLBACK).catch(() => connection.destroy())
  connections.release(connection)
  const { backend } = connection
  // It may live on without us, and hold the locks that the next try waits for.
  if (!connection.usable && backend !== undefined)
    void connections.use((other) => endBackend(other, backend)).catch(() => undefined)
}

/** Ends what serves a connection that broke; a matter of time only, the server's limits would end it too. */
export async function endBackend(connection: Connection, { pid, startedAt }: Backend): Promise<void> {
  await connection.send(END_BACKEND, [String(pid), startedAt])
}
