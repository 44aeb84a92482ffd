/** Every fault there is, in the order of the report. */
import { APP_FAULTS } from './app-faults.js'
import { COMMIT_FAULTS } from './commit-faults.js'
import { CONNECTION_FAULTS } from './connection-faults.js'
import { DISK_FULL } from './disk-full.js'
import { FAILPOINT_FAULTS } from './failpoint-faults.js'
import type { Fault } from './fault.js'
import { INJECTED_ERRORS } from './injected-errors.js'
import { LOCK_FAULTS } from './lock-faults.js'
import { POSTGRES_FAULTS } from './postgres-faults.js'
import { SESSION_FAULTS } from './session-faults.js'

export const FAULTS: readonly Fault[] = [
  ...APP_FAULTS,
  ...FAILPOINT_FAULTS,
  ...POSTGRES_FAULTS,
  ...CONNECTION_FAULTS,
  ...COMMIT_FAULTS,
  ...SESSION_FAULTS,
  ...LOCK_FAULTS,
  ...INJECTED_ERRORS,
  DISK_FULL,
]
