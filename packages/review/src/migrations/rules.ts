/** The rules about migrations, in the order in which they are shown. */
import type { MigrationRule } from './rule.js'
import { cascadeOnLargeTables } from './rules/cascade-on-large-tables.js'
import { typeChangeWithRewrite, volatileDefault } from './rules/columns.js'
import { concurrentlyInTransaction } from './rules/concurrently-in-transaction.js'
import {
  checkValidatedUnderLock,
  foreignKeyValidatedUnderLock,
  uniqueUnderLock,
} from './rules/constraints.js'
import { indexWithoutConcurrently } from './rules/index-without-concurrently.js'
import { missingLockTimeout } from './rules/missing-lock-timeout.js'
import { notNullUnderLock } from './rules/not-null-under-lock.js'
import { renameOrDropInUse } from './rules/rename-or-drop-in-use.js'
import { unbatchedBackfill } from './rules/unbatched-backfill.js'

export const MIGRATION_RULES: readonly MigrationRule[] = [
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
  cascadeOnLargeTables,
]
