/** Bursts: statements sent behind each other on one connection, and how a transaction of them is given up. */
import type { Statement } from '../../postgres/burst-query.js'
import type { Connection } from '../../postgres/connection.js'
import type { Connections } from '../../postgres/connections.js'

/** The first failure in the order of sending: those behind it only say that the transaction is aborted. */
export async function firstError(sent: readonly Promise<unknown>[]): Promise<void> {
  const results = await Promise.allSettled(sent)
  for (const result of results) if (result.status === 'rejected') throw result.reason
}

const ROLLBACK: Statement = { text: 'rollback' }

export async function abandon(connection: Connection, connections: Connections): Promise<void> {
  connection.uncork()
  if (connection.usable) await connection.send(ROLLBACK).catch(() => connection.destroy())
  connections.release(connection)
}
