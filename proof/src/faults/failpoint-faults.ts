/** A process of the service is killed at a place of its own code: one fault for each failpoint. */
import { FAILPOINTS } from 'keelson/internals/failpoint'
import { between, pickApp } from './choice.js'
import type { Fault } from './fault.js'

/** Under load each of them is reached far sooner. */
const DEATH_MS = 6000
/** What one process does at a time the next one does when the lease of the last has run out. */
const LED_DEATH_MS = 12_000
const TIMES_MAX = 40

/** In work that one process leads. */
const LED: ReadonlySet<string> = new Set(['event-claimed', 'event-applied'])

export const FAILPOINT_FAULTS: readonly Fault[] = FAILPOINTS.map((name) => ({
  name: `failpoint-${name}`,
  what: `A process of the service is killed at the failpoint ${name}, and started again.`,
  part: 'apps',
  async run(world, random) {
    const app = pickApp(world, random)
    const isLed = LED.has(name)
    const others = isLed ? world.apps.filter((other) => other !== app) : []
    try {
      // Nobody else can lead meanwhile.
      for (const other of others) await other.kill()
      await app.restart({ KEELSON_FAILPOINTS: `${name}=kill@${between(random, 1, TIMES_MAX)}` })
      if (await app.hasDied(isLed ? LED_DEATH_MS : DEATH_MS)) world.failpointsHit.add(name)
      else world.note(`${app.name} did not come to the failpoint ${name}`)
    } finally {
      // Also disarms one that was not reached.
      await app.restart()
      for (const other of others) await other.start()
    }
  },
}))
