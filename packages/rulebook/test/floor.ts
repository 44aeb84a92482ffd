/**
 * The floor: what the rulebook must hold at least, a line an idea. Each line is the title of an entry of its kind, or
 * stands in the `covers` of one. What is not written yet stands in `pending`, and in nothing else.
 */
import type { Entry } from '../src/index.js'

const lines = (text: string): string[] =>
  text
    .split('\n')
    .flatMap((line) => line.split(' · '))
    .map((line) => line.trim())
    .filter((line) => line !== '')

export const floor: Readonly<Record<Entry['kind'], readonly string[]>> = {
  pattern: lines(`
    repository behind an interface · service layer · event-driven communication · circuit breaker
    saga with compensations · transactional outbox · retry with exponential backoff and jitter
    API versioning with Deprecation and Sunset · CQRS · middleware · idempotency key · optimistic concurrency
    pessimistic lock · cursor pagination · connection pooling · bulk operations · dead-letter queue · graceful shutdown
    health and readiness · structured logging with correlation ids · distributed tracing · SLO and error budget
    multi-tier cache with invalidation and stampede protection · rate limiting
    load shedding and graceful degradation · bulkhead · deadline propagation · expand and contract migration
    soft delete and batched delete · read replicas with read-your-writes · partitioning and sharding
    secrets management · least privilege · field encryption · audit log · JWT with rotating refresh tokens
    API key management · tenancy isolation · webhooks · backup with restore drill · multi-region failover
    bounded queues and back-pressure · mock endpoints from the contract`),
  'sharp-edge': lines(`
    N+1 queries · external call inside a transaction · missing idempotency on payment, order, mail, webhook
    SQL and NoSQL injection · check-then-act race on balance, stock, count · secrets in code · unbounded query
    unhandled or floating promise · no rate limit on sign-in · cascading delete on large tables
    heavy file work in the request · the same query on every request, uncached · dual write · lost job at deploy
    zombie worker acknowledging late · retry storm · cache stampede · lock queue behind DDL · migration race at boot
    connection pool exhaustion · idle in transaction · long transaction holding the xmin horizon
    sequence-paged outbox skipping rows · clock skew and time zones · money in floats · offset pagination under writes
    event-loop blocking · unbounded memory · refresh-token race logging users out · webhook replay
    distributed rate limiter over-admitting · primary-key overflow · log of secrets · health check that lies
    synchronous chain of services · god service · leaky abstraction · scattered validation · premature microservices
    backups never restored`),
  validation: lines(`
    SQL built from input · NoSQL operators from input · command from input · code from input · template from input
    path traversal · zip slip · SSRF · open redirect · header injection · log injection · XPath and XML
    prototype pollution · ReDoS and expressions from input · unsafe deserialisation · mass assignment
    type confusion of parameters · request body used without validation · resource exhaustion by input
    hard-coded credentials · secrets logged · weak hash for passwords · weak or ECB ciphers · static IV
    no GCM tag length · short keys · insecure randomness for secrets · biased randomness
    disabled certificate checks · timing-unsafe comparison
    JWT without expiry · JWT without verification · JWT with none · JWT algorithm not pinned · JWT secret in code
    session fixation · cookies without HttpOnly, Secure, SameSite · missing CSRF defence for cookie sessions
    CORS wildcard or reflection with credentials · sign-in without rate limit · user enumeration
    authorisation missing on an operation whose siblings have it · default accounts
    debug and introspection in production
    query in a loop · unbounded read · select star · offset pagination on growing tables
    external call in a transaction · transaction on a pool instead of a client · client not released on every path
    missing transaction around several writes · check-then-update · read-modify-write of counters · dual write
    missing unique constraint behind an existence check · cascade on large tables · money in float
    timestamp without time zone · missing index on a foreign key · new client per request · insert in a loop
    session state through a transaction pooler · connection without TLS · search_path unsafe
    floating promise · async callback where nobody awaits · await in a loop that could be one call
    promise never settled · unhandled stream error · swallowed error · thrown non-error
    handler without error path · empty catch · process.exit in a library · unhandledRejection swallowed
    stack trace sent to the client · always-200 errors
    outbound call without timeout · retry without backoff, jitter or limit · retry of a non-idempotent call
    no circuit breaker on a critical dependency · no graceful shutdown · fire-and-forget work
    job handler without idempotency, timeout, bounded retries or dead letters · mutation of job payload
    in-memory state where several processes run · cron in every process · unbounded cache or array
    sync work on the request path · CPU-heavy work on the request path · missing health endpoint
    missing body and header limits · environment variables read without validation
    verbs in paths · wrong status codes · missing pagination · unversioned API · inconsistent errors
    missing 4xx, 429, 5xx in the contract · breaking changes without a new version
    undocumented or unauthenticated operation · numeric ids exposed · no idempotency on unsafe operations
    console.log in a service · no request id · logs with personal data · error logged and rethrown twice
    missing metrics on queues
    index without CONCURRENTLY · CONCURRENTLY inside a transaction · NOT NULL validated under lock
    CHECK validated under lock · foreign key validated under lock · unique validated under lock
    column type change with rewrite · volatile default · serial · rename of what running code uses
    drop of what running code uses · dropping with data · json column · char(n) column · timestamp column · int keys
    enum changes · several locks in one transaction · statements after an ACCESS EXCLUSIVE lock
    missing lock_timeout and statement_timeout · unbatched backfill · unbatched delete · VACUUM FULL · CLUSTER
    TRUNCATE CASCADE · trigger operations · partition operations · refresh of a materialised view
    not idempotent scripts · identifiers too long`),
}
