/** The parts that a run is made of, joined. */
import type { Parts } from './run/parts.js'

export const PARTS: Parts = {
  createWorkloads: () => [],
  faults: [],
  switches: [],
  openWorld: async () => {
    throw new Error('There is no world yet.')
  },
  startLoad: () => {
    throw new Error('There are no clients yet.')
  },
}
