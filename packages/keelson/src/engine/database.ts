/** The pools over one database: for waves, groups, the slow lane, solo commands, and the SQL of queries. */
import { Connections, type ConnectionOptions } from '../postgres/connections.js'
import { groupSession, type StoreLimits } from './postgres-store/store.js'
import { READER_SESSION } from './reader.js'

export interface DatabaseOptions extends Pick<
  ConnectionOptions,
  'url' | 'preparedStatements' | 'connectTimeoutMs' | 'onIdleError'
> {
  /** Most connections of this process, all pools together; at least 9. Default 12. */
  readonly max?: number
  /** Groups under way at once; each holds a connection. Default 2. */
  readonly groupsMax?: number
  /** Groups of the slow lane at once. Default 2. */
  readonly slowGroupsMax?: number
  readonly limits?: StoreLimits
}

export interface Database {
  /** For solo commands, migrations, and what else is single statements. */
  readonly connections: Connections
  readonly waveConnections: Connections
  readonly groupConnections: Connections
  readonly slowConnections: Connections
  readonly readerConnections: Connections
  close(): Promise<void>
}

/**
 * The engine's statements take whole arrays: a plan for one set serves every other, and planning anew for each would
 * cost more than running most of them. Connections throw such plans away from time to time.
 */
const GENERIC_PLANS = { plan_cache_mode: 'force_generic_plan' } as const

/** Opens no connection yet: each pool does when it is first asked. */
export function openDatabase({
  max = 12,
  groupsMax = 2,
  slowGroupsMax = 2,
  limits,
  ...shared
}: DatabaseOptions): Database {
  const rest = Math.max(5, max - groupsMax - slowGroupsMax)
  const readers = Math.max(1, Math.floor(rest / 4))
  const waves = Math.max(2, Math.floor(rest / 2) - 1)
  const timeout = { statement_timeout: limits?.statementTimeoutMs ?? 10_000 }
  const connections = new Connections({ ...shared, max: rest - readers - waves, session: timeout })
  const waveConnections = new Connections({
    ...shared,
    max: waves,
    session: { ...timeout, ...GENERIC_PLANS },
  })
  const group = { ...groupSession(limits), ...GENERIC_PLANS }
  const groupConnections = new Connections({ ...shared, max: groupsMax, session: group })
  const slowConnections = new Connections({ ...shared, max: slowGroupsMax, session: group })
  const readerConnections = new Connections({ ...shared, max: readers, session: READER_SESSION })
  const all = [connections, waveConnections, groupConnections, slowConnections, readerConnections]
  return {
    connections,
    waveConnections,
    groupConnections,
    slowConnections,
    readerConnections,
    async close() {
      await Promise.all(all.map((pool) => pool.close()))
    },
  }
}
