/** What fails, component by component: what is seen, what holds the loss in bounds, and the entries that say how. */
import type { Entry } from '@keelson/rulebook'
import { entryFor } from '../rulebook-lines.js'
import type { Load } from './load.js'

interface Idea {
  readonly kind: Entry['kind']
  readonly line: string
}

const pattern = (line: string): Idea => ({ kind: 'pattern', line })
const edge = (line: string): Idea => ({ kind: 'sharp-edge', line })

interface Mode {
  readonly component: string
  readonly fails: string
  readonly seen: string
  readonly answer: string
  readonly ideas: readonly Idea[]
  /** Whether the load has it at all. */
  readonly concerns?: (load: Load) => boolean
}

const writes = ({ writesShare }: Load): boolean => writesShare > 0
const callsOutside = ({ outsideMs }: Load): boolean => outsideMs > 0

/** In the order in which they are met from the client to the disk. */
export const MODES: readonly Mode[] = [
  {
    component: 'client',
    fails: 'an answer gets lost, and the client sends the request again',
    seen: 'two orders, two payments, two mails for one intent',
    answer: 'a key of the client, kept with the answer in the transaction of the write',
    ideas: [pattern('idempotency key'), edge('missing idempotency on payment, order, mail, webhook')],
    concerns: writes,
  },
  {
    component: 'client',
    fails: 'retries multiply the load while the service is slow',
    seen: 'more requests than users make; the service stays down after the cause is gone',
    answer:
      'backoff with jitter and a budget at the caller, a limit of requests at once and 503 with Retry-After here',
    ideas: [
      pattern('retry with exponential backoff and jitter'),
      pattern('load shedding and graceful degradation'),
      edge('retry storm'),
    ],
  },
  {
    component: 'process',
    fails: 'it dies or is replaced by a deploy in the middle of a request or a job',
    seen: 'connections reset; jobs that nobody ends',
    answer: 'drain on SIGTERM, one process more than the load needs, jobs in the database with leases',
    ideas: [pattern('graceful shutdown'), pattern('health and readiness'), edge('lost job at deploy')],
  },
  {
    component: 'process',
    fails: 'a long synchronous task holds the event loop',
    seen: 'every route is slow at once, the processor of one core at 100 %',
    answer:
      'workers or jobs for heavy work, bounds on bodies and results, delay of the event loop as a metric',
    ideas: [edge('event-loop blocking'), edge('heavy file work in the request')],
  },
  {
    component: 'process',
    fails: 'a queue, cache or result without bound fills the memory',
    seen: 'the heap grows until the process is killed, then the next one',
    answer: 'a bound on every queue, cache and read; refuse what is beyond',
    ideas: [pattern('bounded queues and back-pressure'), edge('unbounded memory'), edge('unbounded query')],
  },
  {
    component: 'pool',
    fails: 'all connections are held by slow or waiting work',
    seen: 'timeouts of the pool while the database is idle',
    answer: 'the pool of this plan, a timeout on waiting, no call outside while a connection is held',
    ideas: [
      pattern('connection pooling'),
      edge('connection pool exhaustion'),
      edge('external call inside a transaction'),
    ],
  },
  {
    component: 'database',
    fails: 'two requests read the same row and both write it',
    seen: 'stock below zero, a counter that is too low, double bookings',
    answer: 'a constraint that refuses it, and a lock or a version for the row',
    ideas: [
      pattern('optimistic concurrency'),
      pattern('pessimistic lock'),
      edge('check-then-act race on balance, stock, count'),
    ],
    concerns: writes,
  },
  {
    component: 'database',
    fails: 'a migration waits for a lock, and everybody waits behind it',
    seen: 'all requests on one table stand still during a deploy',
    answer: 'lock_timeout, expand and contract, indexes concurrently, back-fills in batches',
    ideas: [pattern('expand and contract migration'), edge('lock queue behind DDL')],
  },
  {
    component: 'database',
    fails: 'the primary dies',
    seen: 'connections break; a COMMIT gets no answer',
    answer:
      'a synchronous replica and automatic failover, reconnection with backoff, the unknown COMMIT settled by its key',
    ideas: [
      pattern('idempotency key'),
      pattern('backup with restore drill'),
      pattern('multi-region failover'),
    ],
  },
  {
    component: 'disk',
    fails: 'it fills up: growth, WAL that a dead replica or a broken archive holds back',
    seen: 'the database stops taking writes',
    answer: 'alert at 70 %, max_slot_wal_keep_size, partitions that are dropped, deletes in batches',
    ideas: [pattern('partitioning and sharding'), pattern('soft delete and batched delete')],
    concerns: writes,
  },
  {
    component: 'backup',
    fails: 'it cannot be restored',
    seen: 'on the day when it is needed',
    answer: 'restore by a schedule, and measure how long it takes',
    ideas: [pattern('backup with restore drill'), edge('backups never restored')],
    concerns: writes,
  },
  {
    component: 'outside service',
    fails: 'it is slow or down',
    seen: 'requests pile up, then the whole service is down with it',
    answer: 'a timeout below the budget, a breaker, a bulkhead, and whatever may wait as a job',
    ideas: [pattern('circuit breaker'), pattern('bulkhead'), pattern('deadline propagation')],
    concerns: callsOutside,
  },
  {
    component: 'outside service',
    fails: 'the database commits and the call fails, or the other way round',
    seen: 'an order without its mail, a payment without its order',
    answer: 'write the intent in the same commit, send it from there until it is acknowledged',
    ideas: [pattern('transactional outbox'), pattern('saga with compensations'), edge('dual write')],
    concerns: (load) => writes(load) && callsOutside(load),
  },
]

export interface FailureMode {
  readonly component: string
  readonly fails: string
  readonly seen: string
  readonly answer: string
  /** Ids of entries of the rulebook. */
  readonly entries: readonly string[]
}

/** Those that concern this load. */
export const failureModes = (load: Load): FailureMode[] =>
  MODES.filter(({ concerns = () => true }) => concerns(load)).map(
    ({ component, fails, seen, answer, ideas }) => ({
      component,
      fails,
      seen,
      answer,
      entries: ideas
        .map(({ kind, line }) => entryFor(kind, line)?.id)
        .filter((id): id is string => id !== undefined),
    }),
  )
