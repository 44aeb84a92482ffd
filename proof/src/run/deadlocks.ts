/**
 * Deadlocks, as the database counts them. A session hands its counts in late, up to ten seconds after it fell idle; when a
 * world ends, its sessions are ended first, since they hand them in at their end.
 */
import type { Finding } from '../checker/finding.js'
import type { Sql } from '../workloads/workload.js'

const COUNT =
  'select coalesce(sum(deadlocks), 0)::int as deadlocks from pg_stat_database where datname = current_database()'

const END_SESSIONS = `
select pg_terminate_backend(pid, 1000) from pg_stat_activity where application_name = 'keelson' and datname = current_database()`

export class DeadlockCounter {
  readonly #sql: Sql
  #seen = 0

  private constructor(sql: Sql) {
    this.#sql = sql
  }

  static async open(sql: Sql): Promise<DeadlockCounter> {
    const counter = new DeadlockCounter(sql)
    await counter.more()
    return counter
  }

  /** Since the last call. */
  async more(): Promise<number> {
    const [row] = await this.#sql<{ deadlocks: number }>(COUNT)
    const now = row?.deadlocks ?? 0
    // A crash of the server sets its counts back to nothing.
    const more = now < this.#seen ? now : now - this.#seen
    this.#seen = now
    return more
  }

  /** Since the last call, with what idle sessions had kept to themselves. Ends the sessions of the service. */
  async last(): Promise<number> {
    await this.#sql(END_SESSIONS)
    return this.more()
  }
}

export const deadlockFinding = (count: number): Finding => ({
  anomaly: 'deadlock',
  workload: 'all',
  message: `The database had to end ${count} deadlock${count === 1 ? '' : 's'}; locks are taken in one order, so there should be none.`,
  evidence: [`pg_stat_database.deadlocks grew by ${count}`],
})
