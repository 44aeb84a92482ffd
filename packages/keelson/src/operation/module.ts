/** `module`: the operations, events, subscribers, jobs and tables of one part of the application, as its files export them. */
import { is } from 'drizzle-orm'
import { PgTable } from 'drizzle-orm/pg-core'
import type { Event } from '../events/event.js'
import type { Job } from '../jobs/job.js'
import type { Operation, RawRoute } from './definition.js'
import type { Subscriber } from './subscriber.js'

export interface Module {
  readonly kind: 'module'
  readonly name: string
  readonly operations: ReadonlyMap<string, Operation>
  readonly routes: ReadonlyMap<string, RawRoute>
  readonly events: ReadonlyMap<string, Event>
  readonly jobs: ReadonlyMap<string, Job>
  readonly subscribers: readonly Subscriber[]
  readonly tables: readonly PgTable[]
}

/**
 * Collects what a module consists of: `module('orders', { ...tables, ...orders })` with
 * `import * as orders from './orders.js'`. Exports that are neither of these are passed over.
 */
export function module(name: string, exports: Readonly<Record<string, unknown>>): Module {
  const operations = new Map<string, Operation>()
  const routes = new Map<string, RawRoute>()
  const events = new Map<string, Event>()
  const jobs = new Map<string, Job>()
  const subscribers = new Set<Subscriber>()
  const tables = new Set<PgTable>()
  for (const [exportedAs, value] of Object.entries(exports)) {
    if (is(value, PgTable)) tables.add(value)
    else if (isKind(value, 'command') || isKind(value, 'query'))
      operations.set(exportedAs, value as Operation)
    else if (isKind(value, 'route')) routes.set(exportedAs, value as RawRoute)
    else if (isKind(value, 'event')) events.set(exportedAs, value as Event)
    else if (isKind(value, 'job')) jobs.set(exportedAs, value as Job)
    else if (isKind(value, 'subscriber')) subscribers.add(value as Subscriber)
  }
  return Object.freeze({
    kind: 'module',
    name,
    operations,
    routes,
    events,
    subscribers: [...subscribers],
    jobs,
    tables: [...tables],
  })
}

const isKind = (value: unknown, kind: string): boolean =>
  typeof value === 'object' &&
  value !== null &&
  'definition' in value &&
  (value as { kind?: unknown }).kind === kind
