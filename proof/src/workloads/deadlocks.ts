/** Whether Postgres had to end a deadlock in this database: a promise of the lock order, whatever the workload. */
import type { Finding } from '../checker/finding.js'
import type { Sql } from './workload.js'

/** Counted since the database was made. Sessions report with a delay of about a second. */
export async function deadlockCount(sql: Sql): Promise<number> {
  const [row] = await sql<{ deadlocks: number }>(
    'select deadlocks::int from pg_stat_database where datname = current_database()',
  )
  return row?.deadlocks ?? 0
}

/** `allowed`: deadlocks that are explained otherwise, such as those before the load. */
export async function checkDeadlocks(sql: Sql, allowed = 0): Promise<readonly Finding[]> {
  const count = await deadlockCount(sql)
  if (count <= allowed) return []
  const message = `Postgres ended ${count - allowed} deadlocks.`
  return [{ anomaly: 'deadlock', workload: 'all', message, evidence: [] }]
}
