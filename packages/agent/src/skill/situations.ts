/** In which situation which entries matter: the index of the skill. Ideas are named as the rulebook's floor names them. */
import { entries, type Entry } from '@keelson/rulebook'
import { entryFor } from '../rulebook-lines.js'

export interface Situation {
  readonly title: string
  readonly patterns: readonly string[]
  readonly edges: readonly string[]
}

export const SITUATIONS: readonly Situation[] = [
  {
    title: 'A write that must happen once (order, payment, webhook)',
    patterns: ['idempotency key', 'webhooks', 'retry with exponential backoff and jitter'],
    edges: ['missing idempotency on payment, order, mail, webhook', 'webhook replay', 'retry storm'],
  },
  {
    title: 'Stock, balances, bookings: two at once',
    patterns: ['optimistic concurrency', 'pessimistic lock'],
    edges: ['check-then-act race on balance, stock, count', 'money in floats', 'clock skew and time zones'],
  },
  {
    title: 'Slow endpoints, lists, queries',
    patterns: [
      'cursor pagination',
      'multi-tier cache with invalidation and stampede protection',
      'read replicas with read-your-writes',
      'CQRS',
      'bulk operations',
    ],
    edges: [
      'N+1 queries',
      'unbounded query',
      'the same query on every request, uncached',
      'offset pagination under writes',
      'cache stampede',
    ],
  },
  {
    title: 'Timeouts and errors under load',
    patterns: [
      'connection pooling',
      'load shedding and graceful degradation',
      'bounded queues and back-pressure',
      'rate limiting',
    ],
    edges: [
      'connection pool exhaustion',
      'event-loop blocking',
      'heavy file work in the request',
      'unbounded memory',
      'idle in transaction',
    ],
  },
  {
    title: 'Calls to other services',
    patterns: ['circuit breaker', 'bulkhead', 'deadline propagation', 'saga with compensations'],
    edges: ['external call inside a transaction', 'synchronous chain of services'],
  },
  {
    title: 'Events and jobs',
    patterns: ['transactional outbox', 'event-driven communication', 'dead-letter queue'],
    edges: [
      'dual write',
      'sequence-paged outbox skipping rows',
      'lost job at deploy',
      'zombie worker acknowledging late',
      'unhandled or floating promise',
    ],
  },
  {
    title: 'Schema, migrations, growth',
    patterns: [
      'expand and contract migration',
      'soft delete and batched delete',
      'partitioning and sharding',
      'backup with restore drill',
    ],
    edges: [
      'lock queue behind DDL',
      'migration race at boot',
      'cascading delete on large tables',
      'long transaction holding the xmin horizon',
      'primary-key overflow',
      'backups never restored',
    ],
  },
  {
    title: 'Sign-in, secrets, tenants',
    patterns: [
      'JWT with rotating refresh tokens',
      'API key management',
      'secrets management',
      'least privilege',
      'field encryption',
      'audit log',
      'tenancy isolation',
    ],
    edges: [
      'SQL and NoSQL injection',
      'secrets in code',
      'log of secrets',
      'no rate limit on sign-in',
      'refresh-token race logging users out',
      'distributed rate limiter over-admitting',
    ],
  },
  {
    title: 'Deploy and operate',
    patterns: [
      'graceful shutdown',
      'health and readiness',
      'structured logging with correlation ids',
      'distributed tracing',
      'SLO and error budget',
      'multi-region failover',
    ],
    edges: ['health check that lies'],
  },
  {
    title: 'Structure and contract',
    patterns: [
      'service layer',
      'repository behind an interface',
      'middleware',
      'API versioning with Deprecation and Sunset',
      'mock endpoints from the contract',
    ],
    edges: ['god service', 'leaky abstraction', 'scattered validation', 'premature microservices'],
  },
]

export interface Indexed {
  readonly title: string
  readonly patterns: readonly Entry[]
  readonly edges: readonly Entry[]
}

/** Every pattern and sharp edge at least once: those that no situation names stand under the last title. */
export function index(): Indexed[] {
  const named = SITUATIONS.map(({ title, patterns, edges }) => ({
    title,
    patterns: found('pattern', patterns),
    edges: found('sharp-edge', edges),
  }))
  const seen = new Set(named.flatMap(({ patterns, edges }) => [...patterns, ...edges]))
  const others = (kind: Entry['kind']): Entry[] =>
    entries.filter((entry) => entry.kind === kind && !seen.has(entry))
  const rest = { title: 'Else', patterns: others('pattern'), edges: others('sharp-edge') }
  return [...named, rest].filter(({ patterns, edges }) => patterns.length + edges.length > 0)
}

const found = (kind: Entry['kind'], lines: readonly string[]): Entry[] => [
  ...new Set(
    lines.map((line) => entryFor(kind, line)).filter((entry): entry is Entry => entry !== undefined),
  ),
]
