/** Every rule over code. */
import type { Rule } from '../rule.js'
import { asyncHandlerWithoutErrorPath } from './async-handler-without-error-path.js'
import { blockingWorkOnRequestPath } from './blocking-work-on-request-path.js'
import { cascadeOnLargeTables } from './cascade-on-large-tables.js'
import { checkThenUpdate } from './check-then-update.js'
import { environmentWithoutValidation } from './environment-without-validation.js'
import { floatingPromise } from './floating-promise.js'
import { hardCodedSecret } from './hard-coded-secret.js'
import { jwtUnsafe } from './jwt-unsafe.js'
import { outsideCallInTransaction } from './outside-call-in-transaction.js'
import { queryInLoop } from './query-in-loop.js'
import { signInWithoutRateLimit } from './sign-in-without-rate-limit.js'
import { sqlInjection } from './sql-injection.js'
import { unboundedRead } from './unbounded-read.js'

export const RULES: readonly Rule[] = [
  asyncHandlerWithoutErrorPath,
  blockingWorkOnRequestPath,
  cascadeOnLargeTables,
  checkThenUpdate,
  environmentWithoutValidation,
  floatingPromise,
  hardCodedSecret,
  jwtUnsafe,
  outsideCallInTransaction,
  queryInLoop,
  signInWithoutRateLimit,
  sqlInjection,
  unboundedRead,
]
