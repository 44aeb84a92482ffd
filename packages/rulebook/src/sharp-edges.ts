/** Every sharp edge, in the order of the book. A test proves that no file of the folder is missing here. */
import type { SharpEdge } from './entry.js'
import { backupsNeverRestored } from './sharp-edges/backups-never-restored.js'
import { cacheStampede } from './sharp-edges/cache-stampede.js'
import { cascadeOverLargeTable } from './sharp-edges/cascade-over-large-table.js'
import { clockSkewAndTimeZones } from './sharp-edges/clock-skew-and-time-zones.js'
import { connectionPoolExhaustion } from './sharp-edges/connection-pool-exhaustion.js'
import { dualWriteToBroker } from './sharp-edges/dual-write-to-broker.js'
import { eventLoopBlocking } from './sharp-edges/event-loop-blocking.js'
import { externalCallInTransaction } from './sharp-edges/external-call-in-transaction.js'
import { godService } from './sharp-edges/god-service.js'
import { healthCheckThatLies } from './sharp-edges/health-check-that-lies.js'
import { heavyWorkInRequest } from './sharp-edges/heavy-work-in-request.js'
import { idleInTransaction } from './sharp-edges/idle-in-transaction.js'
import { injectedSql } from './sharp-edges/injected-sql.js'
import { jobLostAtDeploy } from './sharp-edges/job-lost-at-deploy.js'
import { leakyAbstraction } from './sharp-edges/leaky-abstraction.js'
import { lockQueueBehindDdl } from './sharp-edges/lock-queue-behind-ddl.js'
import { longTransactionHoldingXmin } from './sharp-edges/long-transaction-holding-xmin.js'
import { lostPromise } from './sharp-edges/lost-promise.js'
import { migrationRaceAtBoot } from './sharp-edges/migration-race-at-boot.js'
import { missingIdempotency } from './sharp-edges/missing-idempotency.js'
import { moneyInFloats } from './sharp-edges/money-in-floats.js'
import { nPlusOneQueries } from './sharp-edges/n-plus-one-queries.js'
import { offsetPaginationUnderWrites } from './sharp-edges/offset-pagination-under-writes.js'
import { outboxSkippingRows } from './sharp-edges/outbox-skipping-rows.js'
import { prematureMicroservices } from './sharp-edges/premature-microservices.js'
import { primaryKeyOverflow } from './sharp-edges/primary-key-overflow.js'
import { raceBetweenCheckAndAct } from './sharp-edges/race-between-check-and-act.js'
import { rateLimiterOverAdmitting } from './sharp-edges/rate-limiter-over-admitting.js'
import { refreshTokenRace } from './sharp-edges/refresh-token-race.js'
import { retryStorm } from './sharp-edges/retry-storm.js'
import { scatteredValidation } from './sharp-edges/scattered-validation.js'
import { secretsInCode } from './sharp-edges/secrets-in-code.js'
import { secretsInLogs } from './sharp-edges/secrets-in-logs.js'
import { signInWithoutLimit } from './sharp-edges/sign-in-without-limit.js'
import { synchronousChainOfServices } from './sharp-edges/synchronous-chain-of-services.js'
import { unboundedMemory } from './sharp-edges/unbounded-memory.js'
import { unboundedQuery } from './sharp-edges/unbounded-query.js'
import { uncachedRepeatedQuery } from './sharp-edges/uncached-repeated-query.js'
import { webhookReplay } from './sharp-edges/webhook-replay.js'
import { zombieWorkerAcknowledgingLate } from './sharp-edges/zombie-worker-acknowledging-late.js'

export const sharpEdges: readonly SharpEdge[] = [
  nPlusOneQueries,
  externalCallInTransaction,
  missingIdempotency,
  injectedSql,
  raceBetweenCheckAndAct,
  secretsInCode,
  unboundedQuery,
  lostPromise,
  signInWithoutLimit,
  cascadeOverLargeTable,
  heavyWorkInRequest,
  uncachedRepeatedQuery,
  dualWriteToBroker,
  jobLostAtDeploy,
  zombieWorkerAcknowledgingLate,
  retryStorm,
  cacheStampede,
  lockQueueBehindDdl,
  migrationRaceAtBoot,
  connectionPoolExhaustion,
  idleInTransaction,
  longTransactionHoldingXmin,
  outboxSkippingRows,
  clockSkewAndTimeZones,
  moneyInFloats,
  offsetPaginationUnderWrites,
  eventLoopBlocking,
  unboundedMemory,
  refreshTokenRace,
  webhookReplay,
  rateLimiterOverAdmitting,
  primaryKeyOverflow,
  secretsInLogs,
  healthCheckThatLies,
  synchronousChainOfServices,
  godService,
  leakyAbstraction,
  scatteredValidation,
  prematureMicroservices,
  backupsNeverRestored,
]
