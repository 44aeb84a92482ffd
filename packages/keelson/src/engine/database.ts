/** The pools over one database: for waves, for groups, for solo commands, and for the SQL of queries. */
import { Connections, type ConnectionOptions } from '../postgres/connections.js'
import { groupSession, type StoreLimits } from './postgres-store/store.js'
import { READER_SESSION } from './reader.js'

export interface DatabaseOptions extends Pick<
  ConnectionOptions,
  'url' | 'preparedStatements' | 'connectTimeoutMs' | 'onIdleError'
> {
  /** Most connections of this process, all pools together; at least 6. Default 10. */
  readonly max?: number
  /** Groups under way at once; each holds a connection. Default 2. */
  readonly groupsMax?: number
  readonly limits?: StoreLimits
}

export interface Database {
  /** For solo commands, migrations, and what else is single statements. */
  readonly connections: Connections
  readonly waveConnections: Connections
  readonly groupConnections: Connections
  readonly readerConnections: Connections
  close(): Promise<void>
}

/**
 * The engine's statements take whole arrays: a plan for one set serves every other, and planning anew for each would
 * cost more than running most of them.
 */
const GENERIC_PLANS = { plan_cache_mode: 'force_generic_plan' } as const

/** Opens no connection yet: each pool does when it is first asked. */
export function openDatabase({ max = 10, groupsMax = 2, limits, ...shared }: DatabaseOptions): Database {
  const rest = Math.max(4, max - groupsMax)
  const readers = Math.max(1, Math.floor(rest / 4))
  const waves = Math.max(2, Math.floor(rest / 2) - 1)
  const timeout = { statement_timeout: limits?.statementTimeoutMs ?? 10_000 }
  const connections = new Connections({ ...shared, max: rest - readers - waves, session: timeout })
  const waveConnections = new Connections({
    ...shared,
    max: waves,
    session: { ...timeout, ...GENERIC_PLANS },
  })
  const groupConnections = new Connections({
    ...shared,
    max: groupsMax,
    session: { ...groupSession(limits), ...GENERIC_PLANS },
  })
  const readerConnections = new Connections({ ...shared, max: readers, session: READER_SESSION })
  const all = [connections, waveConnections, groupConnections, readerConnections]
  return {
    connections,
    waveConnections,
    groupConnections,
    readerConnections,
    async close() {
      await Promise.all(all.map((pool) => pool.close()))
    },
  }
}
