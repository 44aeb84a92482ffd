/** Two servers of the service in this process, on a database of their own. */
import { createLog, type Server } from 'keelson'
import type { EngineParts } from 'keelson/internals/composition/server'
import { startService } from '../../src/service/start.js'
import type { Sql } from '../../src/workloads/workload.js'
import { createDatabase } from './database.js'

export interface Servers {
  readonly servers: readonly Server[]
  readonly databaseUrl: string
  readonly sql: Sql
  readonly close: () => Promise<void>
}

export async function startServers(
  versions: readonly (1 | 2)[] = [1, 1],
  parts: () => EngineParts = () => ({}),
): Promise<Servers> {
  const database = await createDatabase()
  const servers: Server[] = []
  const close = async (): Promise<void> => {
    await Promise.all(servers.map((server) => server.close()))
    await database.drop()
  }
  try {
    const log = createLog({ level: 'silent' })
    for (const version of versions)
      servers.push(await startService({ databaseUrl: database.url, version, parts: parts(), log }))
    return { servers, databaseUrl: database.url, sql: database.sql, close }
  } catch (error) {
    await close()
    throw error
  }
}
