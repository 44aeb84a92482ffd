/** Every pattern, in the order of the book. A test proves that no file of the folder is missing here. */
import type { Pattern } from './entry.js'
import { apiVersioning } from './patterns/api-versioning.js'
import { bulkOperations } from './patterns/bulk-operations.js'
import { circuitBreaker } from './patterns/circuit-breaker.js'
import { connectionPooling } from './patterns/connection-pooling.js'
import { cqrs } from './patterns/cqrs.js'
import { cursorPagination } from './patterns/cursor-pagination.js'
import { eventDriven } from './patterns/event-driven.js'
import { idempotencyKey } from './patterns/idempotency-key.js'
import { middleware } from './patterns/middleware.js'
import { optimisticConcurrency } from './patterns/optimistic-concurrency.js'
import { pessimisticLock } from './patterns/pessimistic-lock.js'
import { repository } from './patterns/repository.js'
import { retryWithBackoff } from './patterns/retry-with-backoff.js'
import { saga } from './patterns/saga.js'
import { serviceLayer } from './patterns/service-layer.js'
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
  cursorPagination,
  bulkOperations,
  connectionPooling,
]
