/**
 * Steps 2 and 4 over Postgres in one burst, for a group that was accepted on what its members speculated: the locks, the
 * proof that every row is still the version that was seen, the flush, COMMIT. Whatever fails aborts the transaction before
 * the COMMIT behind it.
 */
import { failpoint } from '../../internal/failpoint.js'
import type { Statement } from '../../postgres/burst-query.js'
import type { Connection } from '../../postgres/connection.js'
import type { Connections } from '../../postgres/connections.js'
import type { BurstPlan, FlushResult } from '../port.js'
import { arrayOf, keyArrays } from './arrays.js'
import { BEGIN } from './burst.js'
import { COMMIT, conclude } from './conclude.js'
import { sendGuards } from './guards.js'
import { sendFlush, type Sent } from './send-flush.js'
import * as sql from './statements.js'

export async function commitInOneBurst(
  { locks, versions, flush }: BurstPlan,
  connections: Connections,
  settings: readonly Statement[],
): Promise<FlushResult | { readonly kind: 'disturbed' }> {
  const connection = await connections.acquire()
  connection.cork()
  const sent = [BEGIN, ...(connections.behindPooler ? settings : [])].map((text) => connection.send(text))
  if (locks.claims.length > 0)
    sent.push(connection.send(sql.TAKE_CLAIMS, [arrayOf(locks.claims.map(({ lock }) => lock))]))
  if (locks.orderedKeys.length > 0) sent.push(connection.send(sql.LOCK_ORDERED, [arrayOf(locks.orderedKeys)]))
  const guards = sendGuards(connection, locks)
  sent.push(...locks.rows.map((rows, at) => sendRows(connection, rows, versions[at]!)))
  const isEmpty = flush.statements.length === 0 && flush.effects.length === 0
  const flushed = isEmpty ? [] : sendFlush(connection, flush)
  const commit = connection.send(COMMIT)
  connection.uncork()
  failpoint('commit-sent')
  const locked = [...sent, ...guards].map((result): Sent => ({ result, rowsExpected: undefined }))
  const result = await conclude({ connection, connections }, [...locked, ...flushed], commit)
  return result.kind === 'violation' ? { kind: 'disturbed' } : result
}

const sendRows = (
  connection: Connection,
  { table, keys, mode }: BurstPlan['locks']['rows'][number],
  versions: readonly string[],
): ReturnType<Connection['send']> =>
  connection.send(sql.lockVersions(table, mode), [
    ...keyArrays(table, keys),
    arrayOf(versions),
    String(keys.length),
  ])
