/** Hand-driven writers of events, as the engine's flush writes them: the marker first, the key's lock, then the event. */
import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { Mover } from '../../src/events/mover.js'
import { readPage } from '../../src/events/feed.js'
import { lockOf } from '../../src/events/outbox.js'
import { systemScheduler } from '../../src/internal/clock.js'
import { migrate } from '../../src/migrations/migrate.js'
import { OWN_MIGRATIONS } from '../../src/migrations/own.js'
import { Connections } from '../../src/postgres/connections.js'
import { Lease, Leases } from '../../src/work/lease.js'
import { WakeUps } from '../../src/work/wake-ups.js'
import { createTestDatabase, type TestDatabase } from './database.js'

export interface Writer {
  begin(): Promise<void>
  /** Waits for the key's lock where another holds it. */
  emit(key: string, what: string): Promise<void>
  commit(): Promise<void>
  rollback(): Promise<void>
}

export interface EventWorld {
  readonly database: TestDatabase
  readonly connections: Connections
  writer(): Promise<Writer>
  /** A mover of a process of its own; it takes the lease from whoever has it. */
  mover(): Promise<{ move(): Promise<unknown> }>
  /** The payloads after a position, in order, and where the page ends. */
  page(after: number, limit?: number): Promise<{ readonly what: string[]; readonly end: number }>
  close(): Promise<void>
}

export async function openEventWorld(): Promise<EventWorld> {
  const database = await createTestDatabase('')
  const connections = new Connections({ url: database.url })
  await migrate(connections, OWN_MIGRATIONS)
  const clients: pg.Client[] = []
  return {
    database,
    connections,
    async writer() {
      const client = new pg.Client({ connectionString: database.url })
      clients.push(client)
      await client.connect()
      return writerOn(client)
    },
    async mover() {
      await database.client.query(
        "update keelson.leases set expires_at = '-infinity' where name = 'events mover'",
      )
      const leases = new Leases({
        connections,
        scheduler: { soon: setImmediate, after: () => () => undefined },
      })
      const lease = await leases.tryTake('events mover')
      if (!(lease instanceof Lease)) throw new Error('The lease is held.')
      const mover = new Mover({
        connections,
        wakeUps: new WakeUps(),
        // Looks without a rest in between.
        scheduler: { ...systemScheduler, after: (_delayMs, work) => systemScheduler.after(0, work) },
        leaseMs: 5000,
      })
      return { move: () => mover.lead(lease, new AbortController().signal) }
    },
    async page(after, limit = 1000) {
      const { events, end } = await readPage(connections, after, ['test'], limit)
      return { what: events.map(({ payload }) => payload), end }
    },
    async close() {
      await Promise.all(clients.map((client) => client.end()))
      await connections.close()
      await database.drop()
    },
  }
}

const writerOn = (client: pg.Client): Writer => ({
  async begin() {
    await client.query('begin')
    await client.query('insert into keelson.groups (id) values ($1)', [randomUUID()])
  },
  async emit(key, what) {
    await client.query('select pg_advisory_xact_lock($1)', [lockOf(key)])
    await client.query(
      "insert into keelson.events (name, version, key, payload, occurred_at) values ('test', 1, $1, $2, now())",
      [key, what],
    )
  },
  async commit() {
    await client.query('commit')
  },
  async rollback() {
    await client.query('rollback')
  },
})
