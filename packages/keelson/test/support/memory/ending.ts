/** The end of a transaction in memory: COMMIT, its lost answer, and what becomes of a transaction nobody hears of. */
import type { FlushResult } from '../../../src/engine/port.js'
import type { VirtualTime } from '../virtual-time.js'
import type { Faults } from './faults.js'
import { DatabaseError } from './locks.js'
import { ViolationError, type Session } from './session.js'

/** What every session of one store shares. */
export interface Surroundings {
  readonly time: VirtualTime
  readonly faults: Faults
  readonly trace: (line: string) => void
}

/** What a failed statement means; the transaction is rolled back. */
export function undone(session: Session, error: unknown): FlushResult {
  session.database.rollback(session.transaction)
  if (error instanceof ViolationError) return { kind: 'violation', violation: error.violation, error }
  if (error instanceof DatabaseError) return { kind: 'retry', error }
  throw error
}

export async function commit(
  session: Session,
  groupId: string,
  { time, faults, trace }: Surroundings,
): Promise<FlushResult> {
  await session.turn()
  const { database, transaction } = session
  if (faults.strikes('lost')) {
    const fate = faults.seeded.pick(['before', 'later', 'never'] as const)
    trace(`commit of ${groupId} lost: ${fate}`)
    if (fate === 'before') database.commit(transaction)
    else
      void time
        .pause(faults.seeded.int(100))
        .then(() => (fate === 'later' ? database.commit(transaction) : database.rollback(transaction)))
    await session.turn()
    return { kind: 'lost', error: new DatabaseError('connection lost', true) }
  }
  database.commit(transaction)
  trace(`commit of ${groupId}`)
  await session.turn()
  return { kind: 'committed', version: transaction.version }
}
