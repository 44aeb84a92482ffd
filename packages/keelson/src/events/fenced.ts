/** What only the holder of a subscriber's lease may write. */

/** The name of the lease under which a subscriber's events are handled; the trigger on marks knows it too. */
export const leaseOf = (subscriber: string): string => `subscriber ${subscriber}`

/**
 * Begins a statement: `fenced` has a row for the lease's holder and none for anyone else, and keeps the lease from being
 * taken until the statement's end. `$1` is the lease's name, `$2` its fence.
 */
export const FENCED =
  'with fenced as (select 1 from keelson.leases where name = $1 and fence = $2 for key share)'
