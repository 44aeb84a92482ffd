/** Every pattern, in the order of the book. A test proves that no file of the folder is missing here. */
import type { Pattern } from './entry.js'
import { apiKeys } from './patterns/api-keys.js'
import { apiVersioning } from './patterns/api-versioning.js'
import { auditLog } from './patterns/audit-log.js'
import { backupAndRestore } from './patterns/backup-and-restore.js'
import { boundedQueues } from './patterns/bounded-queues.js'
import { bulkOperations } from './patterns/bulk-operations.js'
import { bulkhead } from './patterns/bulkhead.js'
import { caching } from './patterns/caching.js'
import { circuitBreaker } from './patterns/circuit-breaker.js'
import { connectionPooling } from './patterns/connection-pooling.js'
import { contractMocks } from './patterns/contract-mocks.js'
import { cqrs } from './patterns/cqrs.js'
import { cursorPagination } from './patterns/cursor-pagination.js'
import { deadLetterQueue } from './patterns/dead-letter-queue.js'
import { deadlinePropagation } from './patterns/deadline-propagation.js'
import { distributedTracing } from './patterns/distributed-tracing.js'
import { errorBudget } from './patterns/error-budget.js'
import { eventDriven } from './patterns/event-driven.js'
import { expandAndContract } from './patterns/expand-and-contract.js'
import { fieldEncryption } from './patterns/field-encryption.js'
import { gracefulShutdown } from './patterns/graceful-shutdown.js'
import { healthAndReadiness } from './patterns/health-and-readiness.js'
import { idempotencyKey } from './patterns/idempotency-key.js'
import { leastPrivilege } from './patterns/least-privilege.js'
import { loadShedding } from './patterns/load-shedding.js'
import { middleware } from './patterns/middleware.js'
import { multiRegionFailover } from './patterns/multi-region-failover.js'
import { optimisticConcurrency } from './patterns/optimistic-concurrency.js'
import { partitioning } from './patterns/partitioning.js'
import { pessimisticLock } from './patterns/pessimistic-lock.js'
import { rateLimiting } from './patterns/rate-limiting.js'
import { readReplicas } from './patterns/read-replicas.js'
import { refreshTokenRotation } from './patterns/refresh-token-rotation.js'
import { repository } from './patterns/repository.js'
import { retryWithBackoff } from './patterns/retry-with-backoff.js'
import { saga } from './patterns/saga.js'
import { secretsManagement } from './patterns/secrets-management.js'
import { serviceLayer } from './patterns/service-layer.js'
import { softDelete } from './patterns/soft-delete.js'
import { structuredLogging } from './patterns/structured-logging.js'
import { tenancyIsolation } from './patterns/tenancy-isolation.js'
import { transactionalOutbox } from './patterns/transactional-outbox.js'
import { webhooks } from './patterns/webhooks.js'

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
  caching,
  readReplicas,
  partitioning,
  expandAndContract,
  softDelete,
  structuredLogging,
  distributedTracing,
  errorBudget,
  secretsManagement,
  leastPrivilege,
  fieldEncryption,
  auditLog,
  refreshTokenRotation,
  apiKeys,
  tenancyIsolation,
  webhooks,
  backupAndRestore,
  multiRegionFailover,
  contractMocks,
]
