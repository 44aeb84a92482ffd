/** The parts that a run is made of, joined. */
import { checkAppends } from './checker/append-checker.js'
import { startLoad } from './client/load.js'
import { FAULTS } from './faults/all.js'
import type { Parts } from './run/parts.js'
import { SWITCHES } from './switches/all.js'
import { createWorkloads } from './workloads/all.js'
import { openWorld } from './world/open-world.js'

export const PARTS: Parts = {
  createWorkloads: () =>
    createWorkloads((transactions, finals) => checkAppends('append', transactions, finals)),
  faults: FAULTS,
  switches: SWITCHES,
  openWorld,
  startLoad,
}
