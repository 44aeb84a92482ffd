/** Every validation, in the order of the book. A test proves that no file of the folder is missing here. */
import type { Validation } from './entry.js'
import { asyncHandlerWithoutErrorPath } from './validations/async-handler-without-error-path.js'
import { blockingWorkOnRequestPath } from './validations/blocking-work-on-request-path.js'
import { cascadeOnLargeTables } from './validations/cascade-on-large-tables.js'
import { checkThenUpdate } from './validations/check-then-update.js'
import { checkValidatedUnderLock } from './validations/check-validated-under-lock.js'
import { concurrentlyInTransaction } from './validations/concurrently-in-transaction.js'
import { environmentWithoutValidation } from './validations/environment-without-validation.js'
import { floatingPromise } from './validations/floating-promise.js'
import { foreignKeyValidatedUnderLock } from './validations/foreign-key-validated-under-lock.js'
import { hardCodedSecret } from './validations/hard-coded-secret.js'
import { indexWithoutConcurrently } from './validations/index-without-concurrently.js'
import { jwtUnsafe } from './validations/jwt-unsafe.js'
import { missingLockTimeout } from './validations/missing-lock-timeout.js'
import { notNullUnderLock } from './validations/not-null-under-lock.js'
import { outsideCallInTransaction } from './validations/outside-call-in-transaction.js'
import { queryInLoop } from './validations/query-in-loop.js'
import { renameOrDropInUse } from './validations/rename-or-drop-in-use.js'
import { signInWithoutRateLimit } from './validations/sign-in-without-rate-limit.js'
import { sqlInjection } from './validations/sql-injection.js'
import { typeChangeWithRewrite } from './validations/type-change-with-rewrite.js'
import { unbatchedBackfill } from './validations/unbatched-backfill.js'
import { unboundedRead } from './validations/unbounded-read.js'
import { uniqueUnderLock } from './validations/unique-under-lock.js'
import { volatileDefault } from './validations/volatile-default.js'

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
]
