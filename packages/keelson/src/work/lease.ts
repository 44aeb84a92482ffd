/**
 * Leases: one holder at a time of a named thing, on the database's clock, so that clocks of processes do not matter. Each
 * time a lease changes hands it gets a number that is higher than any before, the fence, and is never given again: what
 * a holder writes can be bound to its fence, so that one who was paused and has lost the lease changes nothing.
 *
 * A holder that dies is followed within the lease's time; one that ends in order gives the lease back.
 */
import { randomUUID } from 'node:crypto'
import type { Scheduler } from '../internal/clock.js'
import { outside } from '../internal/enclosure.js'
import type { Connections } from '../postgres/connections.js'

/** How long a lease holds without being renewed. */
export const LEASE_MS = 5000
/** Renewed after this part of its time, so that two renewals may fail. */
const RENEWALS = 3

export interface LeaseParts {
  readonly connections: Connections
  readonly scheduler: Scheduler
  /** Who holds leases: this process, by an id of its own. Default: a fresh one. */
  readonly holder?: string
  /** How long a lease holds without being renewed, in milliseconds. Default 5,000. */
  readonly leaseMs?: number
}

/** A number of milliseconds as an interval. */
const INTERVAL = "$3::float8 * interval '1 ms'"

const TAKE = `
with taken as (
  insert into keelson.leases as l (name, holder, fence, expires_at)
  select $1, $2, nextval('keelson.fences'), clock_timestamp() + ${INTERVAL}
  where not exists (select from keelson.leases where name = $1 and expires_at > clock_timestamp())
  on conflict (name) do update set holder = excluded.holder, fence = excluded.fence, expires_at = excluded.expires_at
  where l.expires_at <= clock_timestamp()
  returning fence, exists (select from keelson.leases where name = $1 and holder <> $2) as "isInherited"
)
select fence::text, 0::float8 as ms, "isInherited" from taken
union all
select null, extract(epoch from expires_at - clock_timestamp()) * 1000, false from keelson.leases
where name = $1 and not exists (select from taken)`

/** A lease that has run out but that nobody took is still its holder's. */
const RENEW = `update keelson.leases set expires_at = clock_timestamp() + ${INTERVAL} where name = $1 and fence = $2`

const RELEASE = `delete from keelson.leases where name = $1 and fence = $2`

/** The leases of one process. */
export class Leases {
  readonly #parts: LeaseParts
  /** This process, as leases name it. */
  readonly holder: string
  readonly leaseMs: number

  constructor(parts: LeaseParts) {
    this.#parts = parts
    this.holder = parts.holder ?? randomUUID()
    this.leaseMs = parts.leaseMs ?? LEASE_MS
  }

  /** Takes the lease if nobody holds it, else tells in how many milliseconds it may be free. */
  async tryTake(name: string): Promise<Lease | number> {
    const { connections, scheduler } = this.#parts
    const askedMs = performance.now()
    type Row = { fence: string | null; ms: number; isInherited: boolean }
    const { rows } = await connections.query<Row>(TAKE, [name, this.holder, this.leaseMs])
    const row = rows[0]
    // Given back between the two looks of the statement.
    if (row === undefined) return 0
    const { fence, isInherited, ms } = row
    if (fence === null) return Math.max(0, Math.ceil(ms))
    const { leaseMs } = this
    return outside(() => new Lease({ name, fence, isInherited, leaseMs, askedMs, connections, scheduler }))
  }
}

interface HeldParts {
  readonly name: string
  readonly fence: string
  readonly isInherited: boolean
  readonly leaseMs: number
  readonly askedMs: number
  readonly connections: Connections
  readonly scheduler: Scheduler
}

/** A lease that this process holds, renewed until it is released or lost. */
export class Lease {
  readonly name: string
  /** Higher than that of every holder before: a whole number as text. */
  readonly fence: string
  /** Whether another process held it before and did not give it back: it died, stood still, or lost the database. */
  readonly isInherited: boolean
  readonly #parts: HeldParts
  readonly #lost = new AbortController()
  #heldUntilMs: number
  #cancel: () => void = () => undefined
  #renewing: Promise<void> = Promise.resolve()

  constructor(parts: HeldParts) {
    this.name = parts.name
    this.fence = parts.fence
    this.isInherited = parts.isInherited
    this.#parts = parts
    this.#heldUntilMs = parts.askedMs + parts.leaseMs
    this.#renewLater()
  }

  /** Aborted when the lease is lost or given back. */
  get lost(): AbortSignal {
    return this.#lost.signal
  }

  /** Whether nobody else can hold it yet, by the own clock. What must be sure is bound to the fence instead. */
  get isHeld(): boolean {
    return !this.lost.aborted && performance.now() < this.#heldUntilMs
  }

  /** Gives it up without telling the database: somebody else has it already. */
  lose(): void {
    this.#cancel()
    this.#lost.abort()
  }

  /** Gives it back, so that the next need not wait. */
  async release(): Promise<void> {
    const { connections, name, fence } = this.#parts
    const wasLost = this.lost.aborted
    this.lose()
    await this.#renewing
    if (!wasLost) await connections.query(RELEASE, [name, fence])
  }

  #renewLater(): void {
    const { leaseMs, scheduler } = this.#parts
    this.#cancel = scheduler.after(leaseMs / RENEWALS, () => {
      this.#renewing = this.#renew().then(() => {
        if (!this.lost.aborted) this.#renewLater()
      })
    })
  }

  /** A renewal that fails is tried again, until the lease has run out by our own clock. */
  async #renew(): Promise<void> {
    const { connections, name, fence, leaseMs } = this.#parts
    const askedMs = performance.now()
    try {
      const { rowCount } = await connections.query(RENEW, [name, fence, leaseMs])
      if (rowCount === 1) this.#heldUntilMs = askedMs + leaseMs
      else this.lose()
    } catch {
      // The database may be gone for a moment; whose the lease is then, it will tell.
      if (performance.now() >= this.#heldUntilMs) this.lose()
    }
  }
}
