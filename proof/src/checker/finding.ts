/** What a checker found: one broken promise, named so that a reader knows what to look up, with its evidence. */

export type Anomaly =
  /** Acknowledged, and not there. */
  | 'lost-effect'
  /** There more than once. */
  | 'doubled-effect'
  /** Refused, or never sent, and there. */
  | 'ghost-effect'
  /** One key, two answers. */
  | 'different-answer'
  /** Adya, "Weak consistency" (1999); names as Elle uses them. */
  | 'G0'
  | 'G1a'
  | 'G1b'
  | 'G1c'
  | 'G-single'
  | 'G2'
  /** Two reads of one list, or a read and the final state, of which neither is the beginning of the other. */
  | 'incompatible-order'
  /** A transaction did not see what it had written itself, or its writes are there in another order. */
  | 'internal'
  /** The order of effects contradicts the order in which they were acknowledged. */
  | 'not-real-time'
  /** A rule over the whole state: a sum, a bound, a uniqueness. */
  | 'broken-invariant'
  /** The database had to end a deadlock: somebody waited for `deadlock_timeout`. */
  | 'deadlock'
  /** After the last fault something did not come to its end in time. */
  | 'not-drained'
  /** A process of the service ended by itself. */
  | 'crashed'
  /** An answer showed what must not leave: a stack, SQL, a text of the database. */
  | 'leaked'

export interface Finding {
  readonly anomaly: Anomaly
  readonly workload: string
  /** One sentence. */
  readonly message: string
  /** A few lines that show it: operations, rows, a cycle edge by edge. */
  readonly evidence: readonly string[]
}
