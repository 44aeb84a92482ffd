/** When sessions of the test's database wait for locks. */
import type { Sql } from '../../src/workloads/workload.js'

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** Resolves when so many sessions wait; a test that waits in vain ends by its time limit. */
export async function untilWaiting(sql: Sql, count: number): Promise<void> {
  for (;;) {
    const [row] = await sql<{ waiting: number }>(
      "select count(*)::int as waiting from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
    )
    if (row!.waiting >= count) return
    await pause(10)
  }
}
