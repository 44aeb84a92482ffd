/** The first burst of a solo command: its once-only key, ordered keys and guards, and the point to go back to. */
import type { Statement } from '../../postgres/burst-query.js'
import type { Connection } from '../../postgres/connection.js'
import type { EffectRow, SoloPlan } from '../port.js'
import { arrayOf } from './arrays.js'
import { firstError } from './burst.js'
import { sendClaims } from './claims.js'
import { sendSoloGuards } from './guards.js'
import * as sql from './statements.js'

/** Less than the server's default `deadlock_timeout` (1 s): it gives way before anybody looks for a circle. */
export const HASTE_MS = 250

const HASTE: Statement = { text: `set local lock_timeout = ${HASTE_MS}` }

const SAVEPOINT: Statement = { text: 'savepoint keelson_handler' }

/** `before`: what begins the transaction. */
export async function lockForSolo(
  connection: Connection,
  plan: SoloPlan,
  before: readonly Statement[],
): Promise<{ readonly claimed: boolean; readonly stored: EffectRow | undefined }> {
  connection.cork()
  const begun = before.map((statement) => connection.send(statement))
  const claims = sendClaims(connection, plan.claim ? [plan.claim] : [])
  const waits: Promise<unknown>[] = []
  if (plan.orderedKeys.length > 0) waits.push(connection.send(sql.LOCK_ORDERED, [arrayOf(plan.orderedKeys)]))
  waits.push(...sendSoloGuards(connection, plan))
  if (plan.learning) waits.push(connection.send(HASTE))
  waits.push(connection.send(SAVEPOINT))
  connection.uncork()
  await firstError([...begun, claims, ...waits])
  const { claimed, stored } = await claims
  return { claimed: claimed[0] ?? true, stored: stored[0] }
}
