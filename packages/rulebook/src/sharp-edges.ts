/** Every sharp edge, in the order of the book. A test proves that no file of the folder is missing here. */
import type { SharpEdge } from './entry.js'
import { cascadeOverLargeTable } from './sharp-edges/cascade-over-large-table.js'
import { externalCallInTransaction } from './sharp-edges/external-call-in-transaction.js'
import { heavyWorkInRequest } from './sharp-edges/heavy-work-in-request.js'
import { injectedSql } from './sharp-edges/injected-sql.js'
import { lostPromise } from './sharp-edges/lost-promise.js'
import { missingIdempotency } from './sharp-edges/missing-idempotency.js'
import { nPlusOneQueries } from './sharp-edges/n-plus-one-queries.js'
import { raceBetweenCheckAndAct } from './sharp-edges/race-between-check-and-act.js'
import { secretsInCode } from './sharp-edges/secrets-in-code.js'
import { signInWithoutLimit } from './sharp-edges/sign-in-without-limit.js'
import { unboundedQuery } from './sharp-edges/unbounded-query.js'
import { uncachedRepeatedQuery } from './sharp-edges/uncached-repeated-query.js'

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
]
