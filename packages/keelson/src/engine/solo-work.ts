/**
 * The database as a solo command sees it: its writes go out, in the handler's order, before anything is read, so that
 * SQL, triggers and cascades mean what they mean everywhere.
 */
import type { PgDatabase, PgQueryResultHKT } from 'drizzle-orm/pg-core'
import { KeelsonError } from '../errors.js'
import type { TableInfo, Tuple } from '../schema/table.js'
import type { Attempt, RowWrite } from './attempt.js'
import type { EncodedPatch } from './encode.js'
import type { Shape, SoloSession } from './port.js'
import { applyOp, columnsOf } from './row-op.js'

const TRANSACTION_CONTROL =
  /^\s*(?:--[^\n]*\n\s*|\/\*[\s\S]*?\*\/\s*)*(begin|start|commit|end|rollback|abort|savepoint|release|prepare\s+transaction)\b/i

export class SoloWork {
  readonly #session: SoloSession
  #sent = 0
  #ended = false
  #sending: Promise<void> = Promise.resolve()

  constructor(session: SoloSession) {
    this.#session = session
  }

  async row(table: TableInfo, key: string, attempt: Attempt): Promise<Tuple | null> {
    await this.#before(attempt)
    return this.#session.row(table, key, false)
  }

  async shaped(shape: Shape, parameters: readonly string[], attempt: Attempt): Promise<readonly Tuple[]> {
    await this.#before(attempt)
    return this.#session.shaped(shape, parameters)
  }

  async insertReturning(
    table: TableInfo,
    { columns, values }: EncodedPatch,
    attempt: Attempt,
  ): Promise<Tuple> {
    await this.#before(attempt)
    return this.#session.insertReturning(table, columns, values)
  }

  async sql<R>(text: TemplateStringsArray, values: readonly unknown[], attempt: Attempt): Promise<R[]> {
    const statement = text.reduce((whole, part, at) => `${whole}$${at}${part}`)
    if (TRANSACTION_CONTROL.test(statement)) {
      throw new KeelsonError('invalid_use', {
        message: 'A command is one transaction, which Keelson begins and ends.',
      })
    }
    await this.#before(attempt)
    return (await this.#session.query(statement, values)) as R[]
  }

  drizzle(attempt: Attempt): PgDatabase<PgQueryResultHKT, Record<string, never>> {
    return this.#session.drizzle(() => this.#before(attempt))
  }

  /**
   * The handler has ended. What branches of it that nobody awaits still do must not reach the connection, which serves
   * others soon. Sends the writes that are left, or none.
   */
  async end(attempt: Attempt, isAccepted: boolean): Promise<void> {
    this.#ended = true
    if (isAccepted) await this.#send(attempt)
    else {
      this.#sent = Infinity
      await this.#sending
    }
  }

  async #before(attempt: Attempt): Promise<void> {
    this.#assertOpen()
    await this.#send(attempt)
    this.#assertOpen()
  }

  #assertOpen(): void {
    if (this.#ended)
      throw new KeelsonError('invalid_use', {
        message: 'tx was used after the handler had ended: await every call.',
      })
  }

  /** Sends the writes recorded since the last time; concurrent calls wait for each other. */
  #send(attempt: Attempt): Promise<void> {
    const before = this.#sending
    const sending = before.then(async () => {
      while (this.#sent < attempt.writes.length) await this.#write(attempt.writes[this.#sent++]!)
    })
    // Who waits next must not fail with this one's error: it is this caller's.
    this.#sending = sending.catch(() => undefined)
    return sending
  }

  async #write({ table, key, op }: RowWrite): Promise<void> {
    if (op.kind === 'insert') return this.#session.write({ kind: 'insert', table, tuple: op.tuple })
    const before = await this.#session.row(table, key, true)
    const after = applyOp(table, before, op)
    if (after === null) return this.#session.write({ kind: 'delete', table, key })
    const columns = columnsOf(op)
    if (columns.length > 0) await this.#session.write({ kind: 'update', table, key, columns, tuple: after })
  }
}
