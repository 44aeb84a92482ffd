/** The end of a transaction over Postgres: what the answers to its last burst and to COMMIT mean together. */
import type { Statement, TextResult } from '../../postgres/burst-query.js'
import type { Connection } from '../../postgres/connection.js'
import type { Connections } from '../../postgres/connections.js'
import { isConnectionLoss, isViolation, sqlStateOf } from '../../postgres/sqlstate.js'
import type { FlushResult } from '../port.js'
import { abandon } from './burst.js'
import type { Sent } from './send-flush.js'
import { violationOf } from './violations.js'

export const COMMIT: Statement = { name: 'keelson_commit', text: 'commit' }

/** A connection that is lent, and where it goes back to. */
export interface Lent {
  readonly connection: Connection
  readonly connections: Connections
}

export async function conclude(
  lent: Lent,
  sent: readonly Sent[],
  commit: Promise<TextResult>,
): Promise<FlushResult> {
  const { connection, connections } = lent
  const [results, [committed]] = await Promise.all([
    Promise.allSettled(sent.map(({ result }) => result)),
    Promise.allSettled([commit]),
  ])
  const failures = results.flatMap((result) =>
    result.status === 'rejected' ? [result.reason as unknown] : [],
  )
  // An error that the server itself reports before COMMIT is certain: such a transaction cannot commit.
  const certain = failures.find((error) => sqlStateOf(error) !== undefined)
  if (certain !== undefined) return undone(lent, certain)
  if (committed.status === 'fulfilled') {
    connections.release(connection)
    if (committed.value.command !== 'COMMIT')
      return { kind: 'retry', error: new Error(`COMMIT was answered with ${committed.value.command}.`) }
    checkCounts(sent, results)
    return { kind: 'committed', version: versionWritten(results) }
  }
  const error: unknown = committed.reason
  if (sqlStateOf(error) === undefined || isConnectionLoss(error)) {
    connection.destroy()
    connections.release(connection)
    return { kind: 'lost', error, backend: connection.backend }
  }
  return undone(lent, error)
}

export async function undone({ connection, connections }: Lent, error: unknown): Promise<FlushResult> {
  await abandon(connection, connections)
  return isViolation(error)
    ? { kind: 'violation', violation: violationOf(error)!, error }
    : { kind: 'retry', error }
}

function checkCounts(sent: readonly Sent[], results: readonly PromiseSettledResult<TextResult>[]): void {
  for (const [at, result] of results.entries()) {
    const expected = sent[at]!.rowsExpected
    if (result.status === 'fulfilled' && expected !== undefined && result.value.rowCount !== expected)
      throw new Error(
        `A statement of the flush changed ${result.value.rowCount} rows instead of ${expected}.`,
      )
  }
}

/** The marker's, which stands first in a flush. */
function versionWritten(results: readonly PromiseSettledResult<TextResult>[]): string | undefined {
  for (const result of results)
    if (result.status === 'fulfilled' && result.value.command === 'INSERT')
      return result.value.rows[0]?.[0] ?? undefined
  return undefined
}
