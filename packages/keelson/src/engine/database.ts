/** The three pools over one database: for waves and solo commands, for groups, and for the SQL of queries. */
import { Connections, type ConnectionOptions } from '../postgres/connections.js'
import { groupSession, type StoreLimits } from './postgres-store/store.js'
import { READER_SESSION } from './reader.js'

export interface DatabaseOptions extends Pick<ConnectionOptions, 'url' | 'preparedStatements' | 'connectTimeoutMs' | 'onIdleError'> {
  /** Most connections of this process, all pools together; at least 6. Default 10. */
  readonly max?: number
  /** Groups under way at once; each holds a connection. Default 2. */
  readonly groupsMax?: number
  readonly limits?: StoreLimits
}

export interface Database {
  readonly connections: Connections
  readonly groupConnections: Connections
  readonly readerConnections: Connections
  close(): Promise<void>
}

/** Opens no connection yet: each pool does when it is first asked. */
export function openDatabase({ max = 10, groupsMax = 2, limits, ...shared }: DatabaseOptions): Database {
  const rest = Math.max(4, max - groupsMax)
  const readers = Math.max(1, Math.floor(rest / 3))
  const connections = new Connections({ ...shared, max: rest - readers, session: { statement_timeout: limits?.statementTimeoutMs ?? 10_000 } })
  const groupConnections = new Connections({ ...shared, max: groupsMax, session: groupSession(limits) })
  const readerConnections = new Connections({ ...shared, max: readers, session: READER_SESSION })
  const all = [connections, groupConnections, readerConnections]
  return {
    connections,
    groupConnections,
    readerConnections,
    async close() {
      await Promise.all(all.map((pool) => pool.close()))
    },
  }
}
