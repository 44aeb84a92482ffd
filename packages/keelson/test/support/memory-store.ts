/**
 * The engine's port over a database in memory (memory/), under virtual time: every statement is a step, so that several
 * engines over one database come in between each other in every way a seed can draw. Faults can be drawn too.
 */
import type {
  BurstPlan,
  EffectRow,
  FlushResult,
  LockedGroup,
  LockedState,
  LockPlan,
  Shape,
  SoloPlan,
  SoloSession,
  Store,
  Violation,
} from '../../src/engine/port.js'
import type { TableInfo, Tuple } from '../../src/schema/table.js'
import type { MemoryDatabase } from './memory/database.js'
import type { Surroundings } from './memory/ending.js'
import { MemoryLockedGroup } from './memory/locked-group.js'
import { DatabaseError } from './memory/locks.js'
import { readShape } from './memory/reading.js'
import { Session, ViolationError, type Schema } from './memory/session.js'
import { MemorySoloSession } from './memory/solo-session.js'

const NOTHING: LockedState = { claimed: [], stored: [], rows: [], reads: [] }

/** One process's way to the database. */
export class MemoryStore implements Store {
  readonly #database: MemoryDatabase
  readonly #schema: Schema
  readonly #surroundings: Surroundings

  constructor(database: MemoryDatabase, schema: Schema, surroundings: Surroundings) {
    this.#database = database
    this.#schema = schema
    this.#surroundings = surroundings
  }

  readRows(table: TableInfo, keys: readonly string[]): Promise<ReadonlyMap<string, Tuple>> {
    return this.#wave(() => this.#rows(table, keys))
  }

  readShape(
    shape: Shape,
    parameters: readonly (readonly string[])[],
  ): Promise<readonly (readonly Tuple[])[]> {
    return this.#wave(() => {
      const tuples = this.#database.versioned(shape.table)
      return parameters.map((one) => readShape(shape, one, tuples))
    })
  }

  async lock(plan: LockPlan): Promise<LockedGroup> {
    const session = this.#begin()
    const { trace } = this.#surroundings
    try {
      const { claimed, stored } = await this.#claims(session, plan.claims)
      await this.#locks(session, plan)
      const lockedCounts: number[] = []
      for (const locks of plan.rows) lockedCounts.push(await session.lockRows(locks))
      trace(`${plan.groupId} holds ${describe(plan)}`)
      const rows: ReadonlyMap<string, Tuple>[] = []
      for (const [at, { table, keys }] of plan.rows.entries()) {
        await session.turn()
        const found = this.#rows(table, keys)
        // One that came after the locks is not locked.
        if (found.size > lockedCounts[at]!) throw new DatabaseError('a row came in between', true)
        rows.push(found)
      }
      const reads: (readonly Tuple[])[] = []
      for (const { shape, parameters } of plan.reads) {
        await session.turn()
        reads.push(readShape(shape, parameters, this.#database.versioned(shape.table)))
      }
      await session.turn()
      trace(`${plan.groupId} reads ${JSON.stringify([rows.map((found) => [...found.values()]), reads])}`)
      return this.#group({ claimed, stored, rows, reads }, session)
    } catch (error) {
      trace(`${plan.groupId} fails to lock: ${String(error)}`)
      this.#database.rollback(session.transaction)
      throw error
    }
  }

  async commitInOneBurst(plan: BurstPlan): Promise<FlushResult | { readonly kind: 'disturbed' }> {
    const { locks, versions, flush } = plan
    const session = this.#begin()
    const { trace } = this.#surroundings
    try {
      const { claimed, stored } = await this.#claims(session, locks.claims)
      let isAsSeen = claimed.every(Boolean) && !stored.some((row) => row !== undefined)
      if (isAsSeen) {
        await this.#locks(session, locks)
        for (const [at, rows] of locks.rows.entries()) {
          await session.lockRows(rows)
          const found = rows.keys.map((key) => this.#database.entity(rows.table, key))
          if (found.some((entity, place) => entity?.version !== versions[at]![place])) isAsSeen = false
        }
      }
      if (!isAsSeen) {
        trace(`${flush.groupId} is disturbed`)
        this.#database.rollback(session.transaction)
        return { kind: 'disturbed' }
      }
    } catch (error) {
      this.#database.rollback(session.transaction)
      if (error instanceof DatabaseError) return { kind: 'retry', error }
      throw error
    }
    const result = await this.#group(NOTHING, session).flush(flush)
    return result.kind === 'violation' ? { kind: 'disturbed' } : result
  }

  async solo(plan: SoloPlan): Promise<SoloSession> {
    const session = this.#begin()
    try {
      const { claimed, stored } = await this.#claims(session, plan.claim ? [plan.claim] : [])
      for (const key of plan.orderedKeys)
        await session.lock(this.#database.advisory(`ordered ${key}`), 'exclusive')
      for (const table of plan.guards) await this.#guard(session, table, true)
      for (const table of plan.visits) await this.#visit(session, table, true)
      this.#mayFail()
      this.#surroundings.trace(`${plan.groupId} is solo, guards ${plan.guards.join()}`)
      return new MemorySoloSession(plan, claimed[0] ?? true, stored[0], session, this.#surroundings)
    } catch (error) {
      this.#database.rollback(session.transaction)
      throw error
    }
  }

  async resolve(groupId: string): Promise<'committed' | 'never'> {
    await this.#surroundings.time.turn()
    if (this.#surroundings.faults.strikes('resolve')) throw new DatabaseError('unreachable', true)
    // Inserting the marker waits for the transaction that holds it.
    const session = this.#begin()
    for (;;) {
      const holder = [...this.#database.active].find(({ marker }) => marker === groupId)
      if (!holder) break
      await session.transaction.waitFor([holder])
    }
    const committed = this.#database.markers.includes(groupId)
    this.#database.rollback(session.transaction)
    this.#surroundings.trace(`${groupId} is ${committed ? 'found committed' : 'never to be committed'}`)
    return committed ? 'committed' : 'never'
  }

  isRetryable(error: unknown): boolean {
    return error instanceof DatabaseError && error.retryable
  }

  violationOf(error: unknown): Violation | undefined {
    return error instanceof ViolationError ? error.violation : undefined
  }

  /** All but those of rows. */
  async #locks(session: Session, { orderedKeys, guards, visited }: LockPlan): Promise<void> {
    for (const key of orderedKeys) await session.lock(this.#database.advisory(`ordered ${key}`), 'exclusive')
    for (const { table, exclusive } of guards) await this.#guard(session, table.id, exclusive)
    for (const table of visited) await this.#visit(session, table, false)
    this.#mayFail()
  }

  #group(state: LockedState, session: Session): MemoryLockedGroup {
    return new MemoryLockedGroup(state, session, this.#schema, this.#surroundings)
  }

  #begin(): Session {
    return new Session(this.#database, this.#surroundings.time, this.#schema)
  }

  async #wave<V>(look: () => V): Promise<V> {
    const { time, faults } = this.#surroundings
    await time.turn()
    if (faults.strikes('wave')) throw new DatabaseError('connection lost', true)
    const found = look()
    await (faults.strikes('slowWave') ? time.pause(faults.seeded.int(50)) : time.turn())
    return found
  }

  #rows(table: TableInfo, keys: readonly string[]): ReadonlyMap<string, Tuple> {
    return new Map(
      keys.flatMap((key) => {
        const { tuple, version } = this.#database.entity(table, key) ?? { tuple: null, version: '' }
        return tuple ? [[key, [...tuple, version]] as const] : []
      }),
    )
  }

  async #claims(
    session: Session,
    claims: LockPlan['claims'],
  ): Promise<{ claimed: boolean[]; stored: (EffectRow | undefined)[] }> {
    const claimed: boolean[] = []
    for (const { lock } of claims)
      claimed.push(await session.tryLock(this.#database.advisory(`claim ${lock}`)))
    await session.turn()
    const stored = claims.map(({ table, key }) => {
      const place = table.columns.findIndex(({ name }) => name === table.lookup)
      return this.#database.effectsOf(table).find((row) => row[place] === key)
    })
    return { claimed, stored }
  }

  #guard(session: Session, table: number, exclusive: boolean): Promise<void> {
    return session.lock(this.#database.advisory(`guard ${table}`), exclusive ? 'exclusive' : 'shared')
  }

  #visit(session: Session, table: number, exclusive: boolean): Promise<void> {
    return session.lock(this.#database.advisory(`visit ${table}`), exclusive ? 'exclusive' : 'shared')
  }

  #mayFail(): void {
    if (this.#surroundings.faults.strikes('lock')) throw new DatabaseError('lock timeout', true)
  }
}

function describe({ guards, rows, claims }: LockPlan): string {
  const all = [
    ...claims.map(({ key }) => `claim ${key}`),
    ...guards.map(({ table, exclusive }) => `guard ${table.name}${exclusive ? '!' : ''}`),
    ...rows.map(({ table, keys, mode }) => `${table.name} ${keys.join()} for ${mode}`),
  ]
  return all.join(', ')
}
