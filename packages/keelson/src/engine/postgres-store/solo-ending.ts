/** How a solo command's transaction ends: by a COMMIT of ours, on a connection that goes back to the others. */
import type { Statement } from '../../postgres/burst-query.js'
import type { Connection } from '../../postgres/connection.js'
import type { Connections } from '../../postgres/connections.js'
import { isConnectionLoss, isViolation, sqlStateOf } from '../../postgres/sqlstate.js'
import type { EffectRows, FlushResult } from '../port.js'
import { abandon, firstError } from './burst.js'
import { sendEffects } from './send-flush.js'
import * as sql from './statements.js'
import { violationOf } from './violations.js'

export interface SoloEnding {
  commit(effects: readonly EffectRows[]): Promise<FlushResult>
  rollback(): Promise<void>
}

const COMMIT: Statement = { name: 'keelson_commit', text: 'commit' }

export class PooledEnding implements SoloEnding {
  readonly #connection: Connection
  readonly #connections: Connections
  readonly #groupId: string
  #ended = false

  constructor(connection: Connection, connections: Connections, groupId: string) {
    this.#connection = connection
    this.#connections = connections
    this.#groupId = groupId
  }

  async commit(effects: readonly EffectRows[]): Promise<FlushResult> {
    const connection = this.#connection
    connection.cork()
    const sent: Promise<unknown>[] = [connection.send(sql.INSERT_MARKER, [this.#groupId])]
    for (const effect of effects) sent.push(sendEffects(connection, effect).result)
    sent.push(connection.send({ text: 'set constraints all immediate' }))
    const commit = connection.send(COMMIT)
    connection.uncork()
    const [before, [committed]] = await Promise.all([
      Promise.allSettled([firstError(sent)]),
      Promise.allSettled([commit]),
    ])
    const failure: unknown = before[0].status === 'rejected' ? before[0].reason : undefined
    if (failure !== undefined && sqlStateOf(failure) !== undefined) return this.#undone(failure)
    if (committed.status === 'rejected') {
      const error: unknown = committed.reason
      if (sqlStateOf(error) !== undefined && !isConnectionLoss(error)) return this.#undone(error)
      this.#ended = true
      connection.destroy()
      this.#connections.release(connection)
      return { kind: 'lost', error, backend: connection.backend }
    }
    this.#ended = true
    this.#connections.release(connection)
    if (committed.value.command === 'COMMIT') return { kind: 'committed' }
    return { kind: 'retry', error: new Error(`COMMIT was answered with ${committed.value.command}.`) }
  }

  async rollback(): Promise<void> {
    if (this.#ended) return
    this.#ended = true
    await abandon(this.#connection, this.#connections)
  }

  async #undone(error: unknown): Promise<FlushResult> {
    await this.rollback()
    return undone(error)
  }
}

/** What it means that nothing was committed, by the error that stood in the way. */
export const undone = (error: unknown): FlushResult =>
  isViolation(error) ? { kind: 'violation', violation: violationOf(error)!, error } : { kind: 'retry', error }
