/** Steps 4 and 5 in memory: the flush, statement by statement, and the group of one under a savepoint. */
import type {
  EffectRows,
  FlushPlan,
  FlushResult,
  LockedGroup,
  LockedState,
  Violation,
  Write,
  WriteStatement,
} from '../../../src/engine/port.js'
import { keyOf } from '../../../src/schema/table.js'
import { commit, undone, type Surroundings } from './ending.js'
import { DatabaseError } from './locks.js'
import { ViolationError, type Schema, type Session } from './session.js'

type Clash = Extract<FlushResult, { kind: 'clash' }>

export class MemoryLockedGroup implements LockedGroup {
  readonly state: LockedState
  readonly #session: Session
  readonly #schema: Schema
  readonly #surroundings: Surroundings

  constructor(state: LockedState, session: Session, schema: Schema, surroundings: Surroundings) {
    this.state = state
    this.#session = session
    this.#schema = schema
    this.#surroundings = surroundings
  }

  async flush(plan: FlushPlan): Promise<FlushResult> {
    const { transaction } = this.#session
    const clashes: Clash[] = []
    try {
      transaction.marker = plan.groupId
      for (const statement of plan.statements) {
        this.#mayFail()
        await this.#statement(statement, clashes)
      }
      for (const effects of plan.effects) await this.#session.effects(effects)
      this.#checkReplaced(plan)
    } catch (error) {
      if (clashes.length === 0) return undone(this.#session, error)
    }
    const [clash] = clashes
    if (!clash) return commit(this.#session, plan.groupId, this.#surroundings)
    await this.rollback()
    return clash
  }

  async flushAlone(
    groupId: string,
    writes: readonly Write[],
    effects: readonly EffectRows[],
    instead: (violation: Violation) => readonly EffectRows[] | undefined,
  ): Promise<FlushResult | { readonly kind: 'refused'; readonly violation: Violation }> {
    const { transaction } = this.#session
    transaction.marker = groupId
    const before = new Map(transaction.writes)
    try {
      for (const write of writes) {
        this.#mayFail()
        await this.#session.write(write)
      }
      for (const rows of effects) await this.#session.effects(rows)
    } catch (error) {
      if (!(error instanceof ViolationError)) return undone(this.#session, error)
      const rows = instead(error.violation)
      if (rows === undefined) {
        await this.rollback()
        return { kind: 'retry', error }
      }
      transaction.writes = before
      transaction.effects = []
      for (const instance of rows) await this.#session.effects(instance)
      const result = await commit(this.#session, groupId, this.#surroundings)
      return result.kind === 'committed' ? { kind: 'refused', violation: error.violation } : result
    }
    return commit(this.#session, groupId, this.#surroundings)
  }

  async rollback(): Promise<void> {
    await this.#session.turn()
    this.#session.database.rollback(this.#session.transaction)
  }

  async #statement(statement: WriteStatement, clashes: Clash[]): Promise<void> {
    const { table } = statement
    if (statement.kind === 'insert') {
      const keys: string[] = []
      for (const tuple of statement.tuples) {
        if (!(await this.#session.insert(table, tuple, statement.mayClash))) keys.push(keyOf(table, tuple))
      }
      if (keys.length > 0) clashes.push({ kind: 'clash', table, keys })
      return
    }
    for (const [at, key] of statement.keys.entries()) {
      const done =
        statement.kind === 'update'
          ? await this.#session.update(table, key, statement.columns, statement.tuples[at]!)
          : await this.#session.delete(table, key)
      if (!done)
        throw new Error(
          `The flush meant to ${statement.kind} ${table.name} ${key}, which is not there: a lock is missing.`,
        )
    }
  }

  /** As the statement of the real store does it: any broken check is a data error that names nobody. */
  #checkReplaced({ replaced }: FlushPlan): void {
    for (const { table, tuples } of replaced) {
      const broken = tuples.some((tuple) =>
        table.checks.some(({ name }) => !this.#schema.checks[name]!(tuple)),
      )
      if (broken) throw new ViolationError({ sqlState: '22012' })
    }
  }

  #mayFail(): void {
    if (this.#surroundings.faults.strikes('flush')) throw new DatabaseError('statement timeout', true)
  }
}
