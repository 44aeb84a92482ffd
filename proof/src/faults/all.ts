/** Every fault there is. */
import { APP_FAULTS } from './apps.js'
import { diskFull } from './disk-full.js'
import type { Fault } from './fault.js'
import { NETWORK_FAULTS } from './network.js'
import { POSTGRES_FAULTS } from './postgres.js'
import { SESSION_FAULTS } from './sessions.js'

export const FAULTS: readonly Fault[] = [
  ...APP_FAULTS,
  ...POSTGRES_FAULTS,
  ...NETWORK_FAULTS,
  ...SESSION_FAULTS,
  diskFull,
]
