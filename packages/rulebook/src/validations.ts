/** Every validation, in the order of the book. A test proves that no file of the folder is missing here. */
import type { Validation } from './entry.js'
import { asyncCallbackNobodyAwaits } from './validations/async-callback-nobody-awaits.js'
import { asyncHandlerWithoutErrorPath } from './validations/async-handler-without-error-path.js'
import { authorisationMissingAmongSiblings } from './validations/authorisation-missing-among-siblings.js'
import { awaitInLoop } from './validations/await-in-loop.js'
import { blockingWorkOnRequestPath } from './validations/blocking-work-on-request-path.js'
import { bodyWithoutValidation } from './validations/body-without-validation.js'
import { breakingApiChange } from './validations/breaking-api-change.js'
import { cascadeOnLargeTables } from './validations/cascade-on-large-tables.js'
import { checkThenUpdate } from './validations/check-then-update.js'
import { checkValidatedUnderLock } from './validations/check-validated-under-lock.js'
import { circuitBreakerMissing } from './validations/circuit-breaker-missing.js'
import { clientPerRequest } from './validations/client-per-request.js'
import { codeOrTemplateFromInput } from './validations/code-or-template-from-input.js'
import { commandFromInput } from './validations/command-from-input.js'
import { concurrentlyInTransaction } from './validations/concurrently-in-transaction.js'
import { consoleLogInService } from './validations/console-log-in-service.js'
import { corsWithCredentials } from './validations/cors-with-credentials.js'
import { cpuHeavyWorkOnRequestPath } from './validations/cpu-heavy-work-on-request-path.js'
import { cronInEveryProcess } from './validations/cron-in-every-process.js'
import { csrfDefenceMissing } from './validations/csrf-defence-missing.js'
import { debugAndDefaultAccounts } from './validations/debug-and-default-accounts.js'
import { enumChange } from './validations/enum-change.js'
import { environmentWithoutValidation } from './validations/environment-without-validation.js'
import { errorLoggedTwice } from './validations/error-logged-twice.js'
import { fireAndForgetWork } from './validations/fire-and-forget-work.js'
import { floatingPromise } from './validations/floating-promise.js'
import { foreignKeyValidatedUnderLock } from './validations/foreign-key-validated-under-lock.js'
import { foreignKeyWithoutIndex } from './validations/foreign-key-without-index.js'
import { fragileJobHandler } from './validations/fragile-job-handler.js'
import { hardCodedSecret } from './validations/hard-coded-secret.js'
import { headerOrLogInjection } from './validations/header-or-log-injection.js'
import { healthEndpointMissing } from './validations/health-endpoint-missing.js'
import { identifierTooLong } from './validations/identifier-too-long.js'
import { incompleteContract } from './validations/incomplete-contract.js'
import { indexWithoutConcurrently } from './validations/index-without-concurrently.js'
import { insecureRandomness } from './validations/insecure-randomness.js'
import { intKeys } from './validations/int-keys.js'
import { jwtUnsafe } from './validations/jwt-unsafe.js'
import { leakingErrorAnswer } from './validations/leaking-error-answer.js'
import { listWithoutPagination } from './validations/list-without-pagination.js'
import { massAssignment } from './validations/mass-assignment.js'
import { missingLockTimeout } from './validations/missing-lock-timeout.js'
import { missingRequestLimits } from './validations/missing-request-limits.js'
import { moneyInFloat } from './validations/money-in-float.js'
import { noGracefulShutdown } from './validations/no-graceful-shutdown.js'
import { noRequestId } from './validations/no-request-id.js'
import { nosqlOperatorsFromInput } from './validations/nosql-operators-from-input.js'
import { notNullUnderLock } from './validations/not-null-under-lock.js'
import { numericIdsExposed } from './validations/numeric-ids-exposed.js'
import { offsetOnGrowingTable } from './validations/offset-on-growing-table.js'
import { openRedirect } from './validations/open-redirect.js'
import { outboundCallWithoutTimeout } from './validations/outbound-call-without-timeout.js'
import { outdatedColumnTypes } from './validations/outdated-column-types.js'
import { outsideCallInTransaction } from './validations/outside-call-in-transaction.js'
import { partitionOperationUnderLock } from './validations/partition-operation-under-lock.js'
import { pathTraversal } from './validations/path-traversal.js'
import { processExitInLibrary } from './validations/process-exit-in-library.js'
import { promiseNeverSettled } from './validations/promise-never-settled.js'
import { prototypePollution } from './validations/prototype-pollution.js'
import { queryInLoop } from './validations/query-in-loop.js'
import { queueWithoutMetrics } from './validations/queue-without-metrics.js'
import { readModifyWriteOfCounter } from './validations/read-modify-write-of-counter.js'
import { regularExpressionFromInput } from './validations/regular-expression-from-input.js'
import { renameOrDropInUse } from './validations/rename-or-drop-in-use.js'
import { resourceExhaustionByInput } from './validations/resource-exhaustion-by-input.js'
import { retryUnsafe } from './validations/retry-unsafe.js'
import { scriptNotIdempotent } from './validations/script-not-idempotent.js'
import { searchPathUnsafe } from './validations/search-path-unsafe.js'
import { secretsOrPersonalDataLogged } from './validations/secrets-or-personal-data-logged.js'
import { selectStar } from './validations/select-star.js'
import { sessionStateThroughPooler } from './validations/session-state-through-pooler.js'
import { severalStrongLocks } from './validations/several-strong-locks.js'
import { signInWithoutRateLimit } from './validations/sign-in-without-rate-limit.js'
import { sqlInjection } from './validations/sql-injection.js'
import { ssrf } from './validations/ssrf.js'
import { stateInMemory } from './validations/state-in-memory.js'
import { swallowedError } from './validations/swallowed-error.js'
import { tableRewritingMaintenance } from './validations/table-rewriting-maintenance.js'
import { timestampWithoutTimeZone } from './validations/timestamp-without-time-zone.js'
import { timingUnsafeComparison } from './validations/timing-unsafe-comparison.js'
import { tlsUnverified } from './validations/tls-unverified.js'
import { transactionOnPool } from './validations/transaction-on-pool.js'
import { triggerOperationUnderLock } from './validations/trigger-operation-under-lock.js'
import { truncateCascade } from './validations/truncate-cascade.js'
import { typeChangeWithRewrite } from './validations/type-change-with-rewrite.js'
import { unbatchedBackfill } from './validations/unbatched-backfill.js'
import { unboundedCacheOrArray } from './validations/unbounded-cache-or-array.js'
import { unboundedRead } from './validations/unbounded-read.js'
import { unhandledStreamError } from './validations/unhandled-stream-error.js'
import { uniqueConstraintMissing } from './validations/unique-constraint-missing.js'
import { uniqueUnderLock } from './validations/unique-under-lock.js'
import { unsafeCookieSession } from './validations/unsafe-cookie-session.js'
import { unsafeDeserialisation } from './validations/unsafe-deserialisation.js'
import { unsafeOperationWithoutIdempotency } from './validations/unsafe-operation-without-idempotency.js'
import { unsafeXml } from './validations/unsafe-xml.js'
import { userEnumeration } from './validations/user-enumeration.js'
import { verbsInPaths } from './validations/verbs-in-paths.js'
import { volatileDefault } from './validations/volatile-default.js'
import { weakEncryption } from './validations/weak-encryption.js'
import { weakPasswordHash } from './validations/weak-password-hash.js'
import { writeAndPublishApart } from './validations/write-and-publish-apart.js'
import { writesWithoutTransaction } from './validations/writes-without-transaction.js'
import { wrongStatusCodes } from './validations/wrong-status-codes.js'

export const validations: readonly Validation[] = [
  sqlInjection,
  hardCodedSecret,
  unboundedRead,
  outsideCallInTransaction,
  cascadeOnLargeTables,
  asyncHandlerWithoutErrorPath,
  floatingPromise,
  signInWithoutRateLimit,
  queryInLoop,
  checkThenUpdate,
  blockingWorkOnRequestPath,
  environmentWithoutValidation,
  jwtUnsafe,
  indexWithoutConcurrently,
  concurrentlyInTransaction,
  notNullUnderLock,
  checkValidatedUnderLock,
  foreignKeyValidatedUnderLock,
  uniqueUnderLock,
  typeChangeWithRewrite,
  volatileDefault,
  renameOrDropInUse,
  missingLockTimeout,
  unbatchedBackfill,
  nosqlOperatorsFromInput,
  commandFromInput,
  codeOrTemplateFromInput,
  pathTraversal,
  ssrf,
  openRedirect,
  headerOrLogInjection,
  unsafeXml,
  prototypePollution,
  regularExpressionFromInput,
  unsafeDeserialisation,
  massAssignment,
  bodyWithoutValidation,
  resourceExhaustionByInput,
  secretsOrPersonalDataLogged,
  weakPasswordHash,
  weakEncryption,
  insecureRandomness,
  tlsUnverified,
  timingUnsafeComparison,
  unsafeCookieSession,
  csrfDefenceMissing,
  corsWithCredentials,
  userEnumeration,
  authorisationMissingAmongSiblings,
  debugAndDefaultAccounts,
  searchPathUnsafe,
  selectStar,
  offsetOnGrowingTable,
  transactionOnPool,
  writesWithoutTransaction,
  readModifyWriteOfCounter,
  writeAndPublishApart,
  uniqueConstraintMissing,
  moneyInFloat,
  timestampWithoutTimeZone,
  foreignKeyWithoutIndex,
  clientPerRequest,
  sessionStateThroughPooler,
  asyncCallbackNobodyAwaits,
  awaitInLoop,
  promiseNeverSettled,
  unhandledStreamError,
  swallowedError,
  processExitInLibrary,
  leakingErrorAnswer,
  outboundCallWithoutTimeout,
  retryUnsafe,
  circuitBreakerMissing,
  noGracefulShutdown,
  fireAndForgetWork,
  fragileJobHandler,
  stateInMemory,
  cronInEveryProcess,
  unboundedCacheOrArray,
  cpuHeavyWorkOnRequestPath,
  healthEndpointMissing,
  missingRequestLimits,
  verbsInPaths,
  wrongStatusCodes,
  listWithoutPagination,
  breakingApiChange,
  incompleteContract,
  numericIdsExposed,
  unsafeOperationWithoutIdempotency,
  consoleLogInService,
  noRequestId,
  errorLoggedTwice,
  queueWithoutMetrics,
  outdatedColumnTypes,
  intKeys,
  enumChange,
  severalStrongLocks,
  tableRewritingMaintenance,
  truncateCascade,
  triggerOperationUnderLock,
  partitionOperationUnderLock,
  scriptNotIdempotent,
  identifierTooLong,
]
