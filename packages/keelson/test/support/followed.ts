/** A small application whose events are followed: notes by key, each with the number that came before. */
import { integer, pgTable, text, uuid } from 'drizzle-orm/pg-core'
import * as z from 'zod'
import { app, type App } from '../../src/app.js'
import { readConfig } from '../../src/config/config.js'
import type { Server, ServerOptions } from '../../src/composition/server.js'
import { createServer } from '../../src/create-server.js'
import { event, type Event } from '../../src/events/event.js'
import { anyone } from '../../src/operation/access.js'
import { command } from '../../src/operation/command.js'
import { module } from '../../src/operation/module.js'
import { subscriber, type Subscriber } from '../../src/operation/subscriber.js'
import { createLog } from '../../src/telemetry/log.js'
import type { TestDatabase } from './database.js'
import { until } from './until.js'

export const SCRIPT = `
create table counters (key text primary key, value integer not null);
create table seen (id uuid primary key, key text not null, value integer not null, event_id text not null unique, place bigint generated always as identity, unique (key, value));
create table totals (name text primary key, value integer not null);
insert into totals values ('all', 0);`

const counters = pgTable('counters', { key: text().primaryKey(), value: integer().notNull() })
/** The place is the database's, by ids that rise: in which order effects came about. */
export const seen = pgTable('seen', {
  id: uuid().primaryKey(),
  key: text().notNull(),
  value: integer().notNull(),
  eventId: text('event_id').notNull(),
})

export const totals = pgTable('totals', { name: text().primaryKey(), value: integer().notNull() })

export const Counted = event('counter.counted', {
  version: 1,
  key: (e) => e.key,
  payload: z.object({ key: z.string(), value: z.int() }),
})
export const Closed = event('counter.closed', {
  version: 1,
  key: (e) => e.key,
  payload: z.object({ key: z.string(), at: z.int() }),
})

/** Counts a key up and says so: events of a key carry 1, 2, 3, … in the order of their commits. */
export const count = command('counters.count', {
  input: z.object({ key: z.string() }),
  output: z.object({ value: z.int() }),
  allow: anyone,
  async run({ input: { key }, tx }) {
    const value = ((await tx.get(counters, key))?.value ?? 0) + 1
    if (value === 1) tx.insert(counters, { key, value })
    else tx.update(counters, key, { value })
    tx.emit(Counted, { key, value })
    return { value }
  },
})
export const close = command('counters.close', {
  input: z.object({ key: z.string() }),
  allow: anyone,
  async run({ input: { key }, tx }) {
    const { value } = await tx.require(counters, key)
    tx.emit(Closed, { key, at: value })
  },
})

/** Notes each count and adds it up; a second effect of one event would break a key. */
export const Follower = subscriber('follower', {
  on: [Counted, Closed],
  from: 'start',
  run({ event: { name, id: eventId, key, payload }, tx, id }) {
    const value = name === 'counter.counted' ? payload.value : -payload.at
    tx.insert(seen, { id: id(), key, value, eventId })
    tx.increment(totals, 'all', { value: 1 })
  },
  reset: async ({ tx }) => {
    await tx.sql`delete from seen`
    await tx.sql`update totals set value = 0`
  },
})

export const followed = (subscribers: readonly Subscriber[], events: readonly Event[] = []): App =>
  app({
    name: 'followed',
    modules: [
      module('counters', {
        counters,
        seen,
        totals,
        count,
        close,
        Counted,
        Closed,
        ...Object.fromEntries([...subscribers, ...events].map((each, at) => [`e${at}`, each])),
      }),
    ],
  })

export interface Following {
  readonly server: Server
  readonly logged: string[]
}

export async function follow(
  database: TestDatabase,
  subscribers: readonly Subscriber[] = [Follower],
  options: ServerOptions = {},
): Promise<Following> {
  const logged: string[] = []
  const server = await createServer(followed(subscribers), {
    databaseUrl: database.url,
    config: readConfig({ PORT: '0' }),
    log: createLog({ level: 'info', destination: { write: (line) => void logged.push(line) } }),
    ...options,
  })
  return { server, logged }
}

/** Until so many subscribers are registered and all of them have passed all events. */
export const caughtUp = (server: Server, count = 1): Promise<unknown> =>
  until('subscribers catch up', async () => {
    const { unpositioned, subscribers } = await server.events.lag()
    const isDone = subscribers.every(({ behind, retrying }) => behind === 0 && retrying === 0)
    return unpositioned === 0 && subscribers.length === count && isDone
  })
