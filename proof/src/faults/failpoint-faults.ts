/** A process of the service is killed at a place of its own code: one fault for each failpoint. */
import { FAILPOINTS } from 'keelson/internals/failpoint'
import { between, pickApp } from './choice.js'
import type { Fault } from './fault.js'

/** Under load each of them is reached far sooner. */
const DEATH_MS = 6000
const TIMES_MAX = 40

export const FAILPOINT_FAULTS: readonly Fault[] = FAILPOINTS.map((name) => ({
  name: `failpoint-${name}`,
  what: `A process of the service is killed at the failpoint ${name}, and started again.`,
  part: 'apps',
  async run(world, random) {
    const app = pickApp(world, random)
    try {
      await app.restart({ KEELSON_FAILPOINTS: `${name}=kill@${between(random, 1, TIMES_MAX)}` })
      if (await app.hasDied(DEATH_MS)) world.failpointsHit.add(name)
      else world.note(`${app.name} did not come to the failpoint ${name}`)
    } finally {
      // Also disarms one that was not reached.
      await app.restart()
    }
  },
}))
