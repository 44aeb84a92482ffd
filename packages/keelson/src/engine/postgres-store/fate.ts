/**
 * Step 6 over Postgres: what became of a group whose COMMIT got lost, in one transaction that ends its backend, takes the
 * place of its marker if that is free, and reads whose marker stands there.
 */
import type { Statement } from '../../postgres/burst-query.js'
import type { Backend, Connection } from '../../postgres/connection.js'
import { BEGIN, endBackend, firstError } from './burst.js'
import * as sql from './statements.js'

/** One try, in milliseconds; the server's own limits come first. */
export const TRY_MS = 5000
const LIMITS: readonly Statement[] = [
  { text: 'set local lock_timeout = 2000' },
  { text: 'set local statement_timeout = 4000' },
]
const COMMIT: Statement = { text: 'commit' }

export async function settleFate(
  connection: Connection,
  groupId: string,
  backend: Backend | undefined,
): Promise<'committed' | 'never'> {
  // A network that swallows packets must not take all the time there is for asking again.
  const overdue = setTimeout(() => connection.destroy(), TRY_MS)
  try {
    // It may be gone, or another's: then the insert waits for as long as the transaction stands.
    if (backend !== undefined) await endBackend(connection, backend).catch(() => undefined)
    return await readFate(connection, groupId)
  } catch (error) {
    // Perhaps in a transaction still: not a connection for others.
    connection.destroy()
    throw error
  } finally {
    clearTimeout(overdue)
  }
}

/** The fate is certain only when the commit of the asking is: what a statement answers before may still be undone. */
async function readFate(connection: Connection, groupId: string): Promise<'committed' | 'never'> {
  connection.cork()
  const begun = [connection.send(BEGIN), ...LIMITS.map((limit) => connection.send(limit))]
  const voided = connection.send(sql.VOID_MARKER, [groupId])
  const found = connection.send(sql.READ_MARKER, [groupId])
  const commit = connection.send(COMMIT)
  connection.uncork()
  await firstError([...begun, voided, found, commit])
  const { command } = await commit
  if (command !== 'COMMIT') throw new Error(`COMMIT was answered with ${command}.`)
  const [marker] = (await found).rows
  if (marker === undefined) throw new Error('The marker went while it was asked for.')
  // An earlier try may have voided it, and its answer got lost.
  return marker[0] === 'f' ? 'committed' : 'never'
}
