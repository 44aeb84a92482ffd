/**
 * Step 4 over Postgres: the flush as one burst. Statements are sent behind each other, and the first that fails aborts
 * the transaction, so that a COMMIT already on its way turns into a rollback; its command tag tells.
 */
import { failpoint, isArmed } from '../../internal/failpoint.js'
import type { Statement, TextResult } from '../../postgres/burst-query.js'
import type { Connection } from '../../postgres/connection.js'
import type { Connections } from '../../postgres/connections.js'
import { isConnectionLoss, isViolation, sqlStateOf } from '../../postgres/sqlstate.js'
import { keyOf, type TableInfo } from '../../schema/table.js'
import type {
  EffectRows,
  FlushPlan,
  FlushResult,
  LockedGroup,
  LockedState,
  Violation,
  Write,
  WriteStatement,
} from '../port.js'
import { columnArrays, keyArrays } from './arrays.js'
import { abandon, firstError } from './burst.js'
import * as sql from './statements.js'
import { violationOf } from './violations.js'

const COMMIT: Statement = { name: 'keelson_commit', text: 'commit' }

interface Sent {
  readonly result: Promise<TextResult>
  readonly rowsExpected: number | undefined
}

export class PostgresLockedGroup implements LockedGroup {
  readonly state: LockedState
  readonly #connection: Connection
  readonly #connections: Connections

  constructor(connection: Connection, connections: Connections, state: LockedState) {
    this.#connection = connection
    this.#connections = connections
    this.state = state
  }

  async flush(plan: FlushPlan): Promise<FlushResult> {
    const connection = this.#connection
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
      if (failed) return this.#undone(failed.reason)
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
    return this.#conclude(sent, commit)
  }

  async flushAlone(
    groupId: string,
    writes: readonly Write[],
    effects: readonly EffectRows[],
    instead: (violation: Violation) => readonly EffectRows[] | undefined,
  ): Promise<FlushResult | { readonly kind: 'refused'; readonly violation: Violation }> {
    const connection = this.#connection
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
      if (!violation) return this.#undone(error)
      const rows = instead(violation)
      if (rows === undefined) {
        await this.rollback()
        return { kind: 'retry', error }
      }
      return this.#refuse(violation, rows)
    }
    return this.#conclude([], connection.send(COMMIT))
  }

  async rollback(): Promise<void> {
    await abandon(this.#connection, this.#connections)
  }

  async #refuse(
    violation: Violation,
    effects: readonly EffectRows[],
  ): Promise<FlushResult | { kind: 'refused'; violation: Violation }> {
    const connection = this.#connection
    connection.cork()
    const undone = connection.send({ text: 'rollback to savepoint keelson_writes' })
    const sent = effects.map((effect) => sendEffects(connection, effect))
    const commit = connection.send(COMMIT)
    connection.uncork()
    const result = await this.#conclude([{ result: undone, rowsExpected: undefined }, ...sent], commit)
    return result.kind === 'committed' ? { kind: 'refused', violation } : result
  }

  /** What the answers to the burst and to COMMIT mean together. */
  async #conclude(sent: readonly Sent[], commit: Promise<TextResult>): Promise<FlushResult> {
    const [results, [committed]] = await Promise.all([
      Promise.allSettled(sent.map(({ result }) => result)),
      Promise.allSettled([commit]),
    ])
    const failures = results.flatMap((result) =>
      result.status === 'rejected' ? [result.reason as unknown] : [],
    )
    // An error that the server itself reports before COMMIT is certain: such a transaction cannot commit.
    const certain = failures.find((error) => sqlStateOf(error) !== undefined)
    if (certain !== undefined) return this.#undone(certain)
    if (committed.status === 'fulfilled') {
      this.#connections.release(this.#connection)
      if (committed.value.command !== 'COMMIT')
        return { kind: 'retry', error: new Error(`COMMIT was answered with ${committed.value.command}.`) }
      for (const [at, result] of results.entries()) {
        const expected = sent[at]!.rowsExpected
        if (result.status === 'fulfilled' && expected !== undefined && result.value.rowCount !== expected) {
          throw new Error(
            `A statement of the flush changed ${result.value.rowCount} rows instead of ${expected}.`,
          )
        }
      }
      return { kind: 'committed' }
    }
    const error: unknown = committed.reason
    if (sqlStateOf(error) === undefined || isConnectionLoss(error)) {
      this.#connection.destroy()
      this.#connections.release(this.#connection)
      return { kind: 'lost', error, backend: this.#connection.backend }
    }
    return this.#undone(error)
  }

  async #undone(error: unknown): Promise<FlushResult> {
    await this.rollback()
    return isViolation(error)
      ? { kind: 'violation', violation: violationOf(error)!, error }
      : { kind: 'retry', error }
  }
}

function sendFlush(connection: Connection, plan: FlushPlan): Sent[] {
  const sent: Sent[] = [{ result: connection.send(sql.INSERT_MARKER, [plan.groupId]), rowsExpected: 1 }]
  for (const statement of plan.statements) sent.push(sendWrite(connection, statement))
  for (const effect of plan.effects) sent.push(sendEffects(connection, effect))
  for (const { table, tuples } of plan.replaced) {
    const { columns, statement } = sql.checkRows(table)
    const places = columns.map(({ index }) => index)
    if (places.length > 0)
      sent.push({ result: connection.send(statement, columnArrays(tuples, places)), rowsExpected: undefined })
  }
  if (plan.checkDeferred)
    sent.push({ result: connection.send({ text: 'set constraints all immediate' }), rowsExpected: undefined })
  return sent
}

function sendWrite(connection: Connection, statement: WriteStatement): Sent {
  const { table } = statement
  switch (statement.kind) {
    case 'insert': {
      const text: Statement = statement.mayClash ? sql.insertFreeRows(table) : sql.insertRows(table)
      const places = sql.columnsToInsert(table).map(({ index }) => index)
      const rowsExpected = statement.mayClash ? undefined : statement.tuples.length
      return { result: connection.send(text, columnArrays(statement.tuples, places)), rowsExpected }
    }
    case 'update': {
      const values = [
        ...keyArrays(table, statement.keys),
        ...columnArrays(statement.tuples, statement.columns),
      ]
      return {
        result: connection.send(sql.updateRows(table, statement.columns), values),
        rowsExpected: statement.keys.length,
      }
    }
    case 'delete':
      return {
        result: connection.send(sql.deleteRows(table), keyArrays(table, statement.keys)),
        rowsExpected: statement.keys.length,
      }
  }
}

function statementOf(write: Write): WriteStatement {
  const { table } = write
  switch (write.kind) {
    case 'insert':
      return { kind: 'insert', table, tuples: [write.tuple], mayClash: false }
    case 'update':
      return { kind: 'update', table, columns: write.columns, keys: [write.key], tuples: [write.tuple] }
    case 'delete':
      return { kind: 'delete', table, keys: [write.key] }
  }
}

export const sendStatement = (connection: Connection, write: Write): Promise<TextResult> =>
  sendWrite(connection, statementOf(write)).result

export function sendEffects(connection: Connection, { table, rows }: EffectRows): Sent {
  return {
    result: connection.send(sql.insertEffects(table), columnArrays(rows, [...table.columns.keys()])),
    rowsExpected: rows.length,
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
