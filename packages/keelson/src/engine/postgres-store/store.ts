/** The engine's port over Postgres: waves, locks, and the fate of lost groups. */
import type { Statement, TextResult } from '../../postgres/burst-query.js'
import type { Backend, Connection } from '../../postgres/connection.js'
import type { Connections } from '../../postgres/connections.js'
import { isConnectionLoss, isTransient } from '../../postgres/sqlstate.js'
import { keyOf, type TableInfo, type Tuple } from '../../schema/table.js'
import type {
  BurstPlan,
  FlushResult,
  LockedGroup,
  LockPlan,
  Shape,
  SoloPlan,
  SoloSession,
  Store,
  Violation,
} from '../port.js'
import { arrayOf, columnArrays, keyArrays } from './arrays.js'
import { abandon, BEGIN, firstError } from './burst.js'
import { settleFate } from './fate.js'
import { sendGuards } from './guards.js'
import { PostgresLockedGroup } from './locked-group.js'
import { commitInOneBurst } from './one-burst.js'
import { joinTransaction } from './joined.js'
import { lockForSolo } from './solo-locks.js'
import { PooledEnding } from './solo-ending.js'
import { PostgresSoloSession } from './solo-session.js'
import { sendClaims } from './claims.js'
import * as sql from './statements.js'
import { violationOf } from './violations.js'

export interface StoreLimits {
  /** Longest wait for a lock, in milliseconds. Default 2,000. */
  readonly lockTimeoutMs?: number
  /** Longest statement, in milliseconds. Default 10,000. */
  readonly statementTimeoutMs?: number
  /** Longest pause of ours inside a transaction, in milliseconds. Default 10,000. */
  readonly idleTimeoutMs?: number
}

export const STORE_LIMITS = Object.freeze({
  lockTimeoutMs: 2000,
  statementTimeoutMs: 10_000,
  idleTimeoutMs: 10_000,
})

/** Settings of the transactions of groups, for sessions of their own (`Connections.session`). */
export function groupSession(limits: StoreLimits = {}): Readonly<Record<string, string | number>> {
  const { lockTimeoutMs, statementTimeoutMs, idleTimeoutMs } = { ...STORE_LIMITS, ...limits }
  return {
    lock_timeout: lockTimeoutMs,
    statement_timeout: statementTimeoutMs,
    idle_in_transaction_session_timeout: idleTimeoutMs,
    // A group reads by keys, and so do the foreign keys it sets off. Their plans are kept for a session's life: one
    // made while a table was small must not scan it when it has grown.
    enable_seqscan: 'off',
  }
}

export interface StoreOptions {
  /** For solo commands. */
  readonly connections: Connections
  readonly waveConnections: Connections
  /** For groups: sessions opened with `groupSession(limits)`. */
  readonly groupConnections: Connections
  /** For groups of the slow lane, opened likewise. Default: `groupConnections`. */
  readonly slowConnections?: Connections
  readonly limits?: StoreLimits
}

/** Connections that a read may find dead: an administrator ends several at once. */
const READ_TRIES = 3

class RowCameBetween extends Error {
  constructor() {
    super('A row came in between its lock and its reading.')
  }
}

export class PostgresStore implements Store {
  readonly #connections: Connections
  readonly #waves: Connections
  readonly #groups: Connections
  readonly #slow: Connections
  readonly #lockTimeoutMs: number
  /** Sent ahead where the session's own settings cannot be relied on. */
  readonly #settings: readonly Statement[]

  constructor({
    connections,
    waveConnections,
    groupConnections,
    slowConnections = groupConnections,
    limits,
  }: StoreOptions) {
    this.#connections = connections
    this.#waves = waveConnections
    this.#groups = groupConnections
    this.#slow = slowConnections
    this.#lockTimeoutMs = Number(groupSession(limits)['lock_timeout'])
    this.#settings = Object.entries(groupSession(limits)).map(([name, value]) => ({
      text: `set local ${name} = ${value}`,
    }))
  }

  async readRows(table: TableInfo, keys: readonly string[]): Promise<ReadonlyMap<string, Tuple>> {
    const result = await this.#read((connection) =>
      connection.send(sql.readRows(table), keyArrays(table, keys)),
    )
    return rowsByKey(table, keys, result)
  }

  async readShape(
    shape: Shape,
    parameters: readonly (readonly string[])[],
  ): Promise<readonly (readonly Tuple[])[]> {
    const result = await this.#read((connection) =>
      connection.send(sql.readShape(shape), shapeArrays(shape, parameters)),
    )
    return tuplesByRead(shape, parameters.length, result)
  }

  async lock(plan: LockPlan): Promise<LockedGroup> {
    const connections = plan.isSlow ? this.#slow : this.#groups
    const connection = await connections.acquire()
    try {
      connection.cork()
      const begun = connection.send(BEGIN)
      const settings = connections.behindPooler
        ? this.#settings.map((setting) => connection.send(setting))
        : []
      const claims = sendClaims(connection, plan.claims)
      const waits: Promise<unknown>[] = [begun, ...settings, claims]
      if (plan.orderedKeys.length > 0)
        waits.push(connection.send(sql.LOCK_ORDERED, [arrayOf(plan.orderedKeys)]))
      waits.push(...sendGuards(connection, plan))
      const locked = plan.rows.map(({ table, keys, mode }) =>
        connection.send(sql.lockRows(table, mode), keyArrays(table, keys)),
      )
      waits.push(...locked)
      // In new statements, since one that waited for a lock may have looked before the wait.
      const rows = plan.rows.map(({ table, keys }) =>
        connection.send(sql.readRows(table), keyArrays(table, keys)),
      )
      const reads = readsByShape(plan, connection)
      connection.uncork()
      await firstError([...waits, ...rows, reads])
      const { claimed, stored } = await claims
      const lockedRows = await Promise.all(
        plan.rows.map(async ({ table, keys }, at) => {
          const found = await rows[at]!
          // A row that came, or came again, after its lock was asked for is not locked.
          if (found.rows.length > Number((await locked[at]!).rows[0]![0])) throw new RowCameBetween()
          return rowsByKey(table, keys, found)
        }),
      )
      const answers = await reads
      return new PostgresLockedGroup(connection, connections, {
        claimed,
        stored,
        rows: lockedRows,
        reads: answers,
      })
    } catch (error) {
      await abandon(connection, connections)
      throw error
    }
  }

  commitInOneBurst(plan: BurstPlan): Promise<FlushResult | { readonly kind: 'disturbed' }> {
    return commitInOneBurst(plan, this.#groups, this.#settings)
  }

  async solo(plan: SoloPlan): Promise<SoloSession> {
    const connection = await this.#connections.acquire()
    const ending = new PooledEnding(connection, this.#connections, plan.groupId)
    try {
      // A solo command's SQL may need what a group's never does: whole tables.
      const settings = this.#settings.filter(({ text }) => !text.includes('enable_seqscan'))
      const { claimed, stored } = await lockForSolo(connection, plan, [BEGIN, ...settings])
      return new PostgresSoloSession(connection, ending, plan, claimed, stored)
    } catch (error) {
      await ending.rollback()
      throw error
    }
  }

  join(client: object, plan: SoloPlan): Promise<SoloSession> {
    return joinTransaction(client, plan, this.#lockTimeoutMs)
  }

  /** On a connection for groups: the lost group has left one free. */
  resolve(groupId: string, backend?: Backend): Promise<'committed' | 'never'> {
    return this.#groups.use((connection) => settleFate(connection, groupId, backend))
  }

  isRetryable(error: unknown): boolean {
    return isConnectionLoss(error) || isTransient(error) || error instanceof RowCameBetween
  }

  violationOf(error: unknown): Violation | undefined {
    return violationOf(error)
  }

  /** A read may be sent again when its connection turns out to have died, or is being ended by the server. */
  async #read(work: (connection: Connection) => Promise<TextResult>): Promise<TextResult> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#waves.use(work)
      } catch (error) {
        if (attempt === READ_TRIES || !isConnectionLoss(error)) throw error
      }
    }
  }
}

function rowsByKey(
  table: TableInfo,
  keys: readonly string[],
  { rows }: TextResult,
): ReadonlyMap<string, Tuple> {
  if (table.keyIsText) return new Map(rows.map((row) => [keyOf(table, row), row]))
  const found = new Map<string, Tuple>()
  for (const row of rows) {
    const tuple = row.slice(0, -1)
    found.set(keys[Number(row.at(-1)) - 1]!, tuple)
    found.set(keyOf(table, tuple), tuple)
  }
  return found
}

function shapeArrays(shape: Shape, parameters: readonly (readonly string[])[]): string[] {
  return columnArrays(parameters, [...Array(sql.parameterCount(shape)).keys()])
}

function tuplesByRead(shape: Shape, count: number, { rows }: TextResult): Tuple[][] {
  if (sql.parameterCount(shape) === 0) return Array.from({ length: count }, () => rows)
  const answers: Tuple[][] = Array.from({ length: count }, () => [])
  for (const row of rows) answers[Number(row.pop()) - 1]!.push(row)
  return answers
}

/** Reads of one shape go together here too; answers come back in the plan's order. */
async function readsByShape(plan: LockPlan, connection: Connection): Promise<(readonly Tuple[])[]> {
  const byShape = new Map<Shape, number[]>()
  plan.reads.forEach(({ shape }, at) => {
    const places = byShape.get(shape)
    if (places) places.push(at)
    else byShape.set(shape, [at])
  })
  const answers: (readonly Tuple[])[] = Array.from(plan.reads, () => [])
  await Promise.all(
    [...byShape].map(async ([shape, places]) => {
      const parameters = places.map((place) => plan.reads[place]!.parameters)
      const found = tuplesByRead(
        shape,
        places.length,
        await connection.send(sql.readShape(shape), shapeArrays(shape, parameters)),
      )
      places.forEach((place, at) => (answers[place] = found[at]!))
    }),
  )
  return answers
}
