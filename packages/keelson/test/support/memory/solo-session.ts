/** Step 7 in memory: a transaction that one command has to itself. There is no SQL here, only the vocabulary. */
import type {
  EffectRow,
  EffectRows,
  FlushResult,
  Shape,
  SoloPlan,
  SoloSession,
  Touched,
  Write,
} from '../../../src/engine/port.js'
import { referencesOf } from '../../../src/engine/postgres-store/solo-session.js'
import type { TableInfo, Tuple } from '../../../src/schema/table.js'
import { commit, undone, type Surroundings } from './ending.js'
import { readShape } from './reading.js'
import type { Session } from './session.js'

const NO_SQL = (): never => {
  throw new Error('The database in memory knows no SQL.')
}

export class MemorySoloSession implements SoloSession {
  readonly claimed: boolean
  readonly stored: EffectRow | undefined
  readonly #groupId: string
  readonly #session: Session
  readonly #surroundings: Surroundings
  readonly #guards: Touched
  readonly #touched = new Map<number, boolean>()

  constructor(
    { groupId, guards, visits }: SoloPlan,
    claimed: boolean,
    stored: EffectRow | undefined,
    session: Session,
    surroundings: Surroundings,
  ) {
    this.claimed = claimed
    this.stored = stored
    this.#groupId = groupId
    this.#guards = new Map(guards.map((id) => [id, visits.includes(id)]))
    this.#session = session
    this.#surroundings = surroundings
  }

  async row(table: TableInfo, key: string, lock: boolean): Promise<Tuple | null> {
    this.#touch([table.id], lock)
    if (lock) await this.#session.lockRows({ table, keys: [key], mode: 'update' })
    await this.#session.turn()
    return this.#session.database.tuple(table, key, this.#session.transaction)
  }

  async shaped(shape: Shape, parameters: readonly string[]): Promise<readonly Tuple[]> {
    this.#touch([shape.table.id], false)
    await this.#session.turn()
    return readShape(shape, parameters, this.#session.database.tuples(shape.table, this.#session.transaction))
  }

  async write(write: Write): Promise<void> {
    this.#touch([write.table.id, ...referencesOf(write)], true)
    await this.#session.write(write)
  }

  #touch(tables: readonly number[], locksRows: boolean): void {
    for (const id of tables) this.#touched.set(id, locksRows || this.#touched.get(id) === true)
    if (locksRows && !tables.every((id) => this.#guards.get(id) === true))
      throw new Error('A table is not guarded yet.')
  }

  insertReturning = NO_SQL
  query = NO_SQL
  drizzle = NO_SQL

  async touched(): Promise<Touched> {
    await this.#session.turn()
    return this.#touched
  }

  async undo(): Promise<void> {
    await this.#session.turn()
    this.#session.transaction.writes.clear()
  }

  async commit(effects: readonly EffectRows[]): Promise<FlushResult> {
    this.#session.transaction.marker = this.#groupId
    try {
      for (const rows of effects) await this.#session.effects(rows)
    } catch (error) {
      return undone(this.#session, error)
    }
    return commit(this.#session, this.#groupId, this.#surroundings)
  }

  async rollback(): Promise<void> {
    await this.#session.turn()
    this.#session.database.rollback(this.#session.transaction)
  }
}
