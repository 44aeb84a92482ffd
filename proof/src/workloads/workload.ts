/** A workload: what clients ask of the service, and what must be true of their answers and of the state afterwards. */
import type { Finding } from '../checker/finding.js'
import type { Operation } from '../history/operation.js'

/** A number in [0, 1), from the run's seed. */
export type Random = () => number

/** Rows by SQL, straight from Postgres, past the service. */
export type Sql = <R = Record<string, unknown>>(text: string, values?: readonly unknown[]) => Promise<R[]>

/** What a client sends: `POST /<name>` with this body. */
export interface Request {
  readonly name: string
  readonly input: unknown
  /** Absent: sent without a key, and never again. */
  readonly key?: string
}

export interface Workload {
  readonly name: string
  /** Puts in the rows that must be there before the load. Once a run, on fresh tables. */
  seed(sql: Sql): Promise<void>
  /** The next request of a client; depends on nothing but its parameters and what it has answered before. */
  next(random: Random, client: number): Request
  /** Judges the operations of this workload, retries included, against the final state. Called after the drain. */
  check(history: readonly Operation[], sql: Sql): Promise<readonly Finding[]>
}
