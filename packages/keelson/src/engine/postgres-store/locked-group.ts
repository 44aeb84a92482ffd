/**
 * Step 4 over Postgres: the flush as one burst. Statements are sent behind each other, and the first that fails aborts
 * the transaction, so that a COMMIT already on its way turns into a rollback; its command tag tells.
 */
import { failpoint, isArmed } from '../../internal/failpoint.js'
import type { TextResult } from '../../postgres/burst-query.js'
import type { Connection } from '../../postgres/connection.js'
import type { Connections } from '../../postgres/connections.js'
import { keyOf, type TableInfo } from '../../schema/table.js'
import type {
  EffectRows,
  FlushPlan,
  FlushResult,
  LockedGroup,
  LockedState,
  Violation,
  Write,
} from '../port.js'
import { abandon, firstError } from './burst.js'
import { COMMIT, conclude, undone, type Lent } from './conclude.js'
import { sendEffects, sendFlush, sendWrite, statementOf } from './send-flush.js'
import * as sql from './statements.js'
import { violationOf } from './violations.js'

export class PostgresLockedGroup implements LockedGroup {
  readonly state: LockedState
  readonly #at: Lent

  constructor(connection: Connection, connections: Connections, state: LockedState) {
    this.#at = { connection, connections }
    this.state = state
  }

  async flush(plan: FlushPlan): Promise<FlushResult> {
    const { connection } = this.#at
    const isEmpty = plan.statements.length === 0 && plan.effects.length === 0
    const mayClash = plan.statements.some((statement) => statement.kind === 'insert' && statement.mayClash)
    connection.cork()
    const sent = isEmpty ? [] : sendFlush(connection, plan)
    if (mayClash) {
      connection.uncork()
      const settled = await Promise.allSettled(sent.map(({ result }) => result))
      // Looked for first: a row that was left out makes others fail that refer to it.
      const clash = findClash(plan, settled)
      if (clash) {
        await this.rollback()
        return clash
      }
      const failed = settled.find((result) => result.status === 'rejected')
      if (failed) return undone(this.#at, failed.reason)
      connection.cork()
    }
    if (isArmed('flush-sent')) {
      connection.uncork()
      failpoint('flush-sent')
      connection.cork()
    }
    const commit = connection.send(COMMIT)
    connection.uncork()
    failpoint('commit-sent')
    return conclude(this.#at, sent, commit)
  }

  async flushAlone(
    groupId: string,
    writes: readonly Write[],
    effects: readonly EffectRows[],
    instead: (violation: Violation) => readonly EffectRows[] | undefined,
  ): Promise<FlushResult | { readonly kind: 'refused'; readonly violation: Violation }> {
    const { connection } = this.#at
    connection.cork()
    const sent: Promise<unknown>[] = [
      connection.send(sql.INSERT_MARKER, [groupId]),
      connection.send({ text: 'savepoint keelson_writes' }),
    ]
    for (const write of writes) sent.push(sendWrite(connection, statementOf(write)).result)
    for (const effect of effects) sent.push(sendEffects(connection, effect).result)
    sent.push(connection.send({ text: 'set constraints all immediate' }))
    connection.uncork()
    try {
      await firstError(sent)
    } catch (error) {
      const violation = violationOf(error)
      if (!violation) return undone(this.#at, error)
      const rows = instead(violation)
      if (rows === undefined) {
        await this.rollback()
        return { kind: 'retry', error }
      }
      return this.#refuse(violation, rows)
    }
    return conclude(this.#at, [], connection.send(COMMIT))
  }

  async rollback(): Promise<void> {
    await abandon(this.#at.connection, this.#at.connections)
  }

  async #refuse(
    violation: Violation,
    effects: readonly EffectRows[],
  ): Promise<FlushResult | { kind: 'refused'; violation: Violation }> {
    const { connection } = this.#at
    connection.cork()
    const undone = connection.send({ text: 'rollback to savepoint keelson_writes' })
    const sent = effects.map((effect) => sendEffects(connection, effect))
    const commit = connection.send(COMMIT)
    connection.uncork()
    const result = await conclude(this.#at, [{ result: undone, rowsExpected: undefined }, ...sent], commit)
    return result.kind === 'committed' ? { kind: 'refused', violation } : result
  }
}

/** The inserts that were left out. */
function findClash(
  plan: FlushPlan,
  settled: readonly PromiseSettledResult<TextResult>[],
): FlushResult | undefined {
  // The marker comes first, then the statements in their order.
  for (const [at, statement] of plan.statements.entries()) {
    const result = settled[at + 1]!
    if (statement.kind !== 'insert' || !statement.mayClash || result.status === 'rejected') continue
    const { rows } = result.value
    if (rows.length === statement.tuples.length) continue
    const taken = new Set(rows.map((row) => row.join('\0')))
    return { kind: 'clash', table: statement.table, keys: missing(statement.table, statement.tuples, taken) }
  }
  return undefined
}

function missing(
  table: TableInfo,
  tuples: readonly (readonly (string | null)[])[],
  taken: ReadonlySet<string>,
): string[] {
  return tuples.map((tuple) => keyOf(table, tuple)).filter((key) => !taken.has(key))
}
