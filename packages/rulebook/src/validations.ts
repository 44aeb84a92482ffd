/** Every validation, in the order of the book. A test proves that no file of the folder is missing here. */
import type { Validation } from './entry.js'
import { asyncHandlerWithoutErrorPath } from './validations/async-handler-without-error-path.js'
import { authorisationMissingAmongSiblings } from './validations/authorisation-missing-among-siblings.js'
import { blockingWorkOnRequestPath } from './validations/blocking-work-on-request-path.js'
import { bodyWithoutValidation } from './validations/body-without-validation.js'
import { cascadeOnLargeTables } from './validations/cascade-on-large-tables.js'
import { checkThenUpdate } from './validations/check-then-update.js'
import { checkValidatedUnderLock } from './validations/check-validated-under-lock.js'
import { codeOrTemplateFromInput } from './validations/code-or-template-from-input.js'
import { commandFromInput } from './validations/command-from-input.js'
import { concurrentlyInTransaction } from './validations/concurrently-in-transaction.js'
import { corsWithCredentials } from './validations/cors-with-credentials.js'
import { csrfDefenceMissing } from './validations/csrf-defence-missing.js'
import { debugAndDefaultAccounts } from './validations/debug-and-default-accounts.js'
import { environmentWithoutValidation } from './validations/environment-without-validation.js'
import { floatingPromise } from './validations/floating-promise.js'
import { foreignKeyValidatedUnderLock } from './validations/foreign-key-validated-under-lock.js'
import { hardCodedSecret } from './validations/hard-coded-secret.js'
import { headerOrLogInjection } from './validations/header-or-log-injection.js'
import { indexWithoutConcurrently } from './validations/index-without-concurrently.js'
import { insecureRandomness } from './validations/insecure-randomness.js'
import { jwtUnsafe } from './validations/jwt-unsafe.js'
import { massAssignment } from './validations/mass-assignment.js'
import { missingLockTimeout } from './validations/missing-lock-timeout.js'
import { nosqlOperatorsFromInput } from './validations/nosql-operators-from-input.js'
import { notNullUnderLock } from './validations/not-null-under-lock.js'
import { openRedirect } from './validations/open-redirect.js'
import { outsideCallInTransaction } from './validations/outside-call-in-transaction.js'
import { pathTraversal } from './validations/path-traversal.js'
import { prototypePollution } from './validations/prototype-pollution.js'
import { queryInLoop } from './validations/query-in-loop.js'
import { regularExpressionFromInput } from './validations/regular-expression-from-input.js'
import { renameOrDropInUse } from './validations/rename-or-drop-in-use.js'
import { resourceExhaustionByInput } from './validations/resource-exhaustion-by-input.js'
import { searchPathUnsafe } from './validations/search-path-unsafe.js'
import { secretsOrPersonalDataLogged } from './validations/secrets-or-personal-data-logged.js'
import { signInWithoutRateLimit } from './validations/sign-in-without-rate-limit.js'
import { sqlInjection } from './validations/sql-injection.js'
import { ssrf } from './validations/ssrf.js'
import { timingUnsafeComparison } from './validations/timing-unsafe-comparison.js'
import { tlsUnverified } from './validations/tls-unverified.js'
import { typeChangeWithRewrite } from './validations/type-change-with-rewrite.js'
import { unbatchedBackfill } from './validations/unbatched-backfill.js'
import { unboundedRead } from './validations/unbounded-read.js'
import { uniqueUnderLock } from './validations/unique-under-lock.js'
import { unsafeCookieSession } from './validations/unsafe-cookie-session.js'
import { unsafeDeserialisation } from './validations/unsafe-deserialisation.js'
import { unsafeXml } from './validations/unsafe-xml.js'
import { userEnumeration } from './validations/user-enumeration.js'
import { volatileDefault } from './validations/volatile-default.js'
import { weakEncryption } from './validations/weak-encryption.js'
import { weakPasswordHash } from './validations/weak-password-hash.js'

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
]
