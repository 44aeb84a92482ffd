/** Every pattern, in the order of the book. A test proves that no file of the folder is missing here. */
import type { Pattern } from './entry.js'
import { apiVersioning } from './patterns/api-versioning.js'
import { boundedQueues } from './patterns/bounded-queues.js'
import { bulkOperations } from './patterns/bulk-operations.js'
import { bulkhead } from './patterns/bulkhead.js'
import { circuitBreaker } from './patterns/circuit-breaker.js'
import { connectionPooling } from './patterns/connection-pooling.js'
import { cqrs } from './patterns/cqrs.js'
import { cursorPagination } from './patterns/cursor-pagination.js'
import { deadLetterQueue } from './patterns/dead-letter-queue.js'
import { deadlinePropagation } from './patterns/deadline-propagation.js'
import { distributedTracing } from './patterns/distributed-tracing.js'
import { errorBudget } from './patterns/error-budget.js'
import { eventDriven } from './patterns/event-driven.js'
import { gracefulShutdown } from './patterns/graceful-shutdown.js'
import { healthAndReadiness } from './patterns/health-and-readiness.js'
import { idempotencyKey } from './patterns/idempotency-key.js'
import { loadShedding } from './patterns/load-shedding.js'
import { middleware } from './patterns/middleware.js'
import { optimisticConcurrency } from './patterns/optimistic-concurrency.js'
import { pessimisticLock } from './patterns/pessimistic-lock.js'
import { rateLimiting } from './patterns/rate-limiting.js'
import { repository } from './patterns/repository.js'
import { retryWithBackoff } from './patterns/retry-with-backoff.js'
import { saga } from './patterns/saga.js'
import { serviceLayer } from './patterns/service-layer.js'
import { structuredLogging } from './patterns/structured-logging.js'
import { transactionalOutbox } from './patterns/transactional-outbox.js'

export const patterns: readonly Pattern[] = [
  repository,
  serviceLayer,
  middleware,
  eventDriven,
  transactionalOutbox,
  saga,
  cqrs,
  apiVersioning,
  idempotencyKey,
  optimisticConcurrency,
  pessimisticLock,
  retryWithBackoff,
  circuitBreaker,
  deadlinePropagation,
  bulkhead,
  loadShedding,
  rateLimiting,
  boundedQueues,
  deadLetterQueue,
  gracefulShutdown,
  healthAndReadiness,
  cursorPagination,
  bulkOperations,
  connectionPooling,
  structuredLogging,
  distributedTracing,
  errorBudget,
]
