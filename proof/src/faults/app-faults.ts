/** Processes of the service die, stop and limp. */
import { between, hold, pickApp } from './choice.js'
import type { Fault } from './fault.js'

export const APP_FAULTS: readonly Fault[] = [
  {
    name: 'app-sigkill',
    what: 'A process of the service is killed and started again.',
    part: 'apps',
    async run(world, random) {
      const app = pickApp(world, random)
      try {
        await app.kill()
        await hold(world, random, 0, 1500)
      } finally {
        await app.start()
      }
    },
  },
  {
    name: 'app-sigkill-all',
    what: 'All processes of the service are killed at once and started again.',
    part: 'apps',
    async run(world, random) {
      try {
        await Promise.all(world.apps.map((app) => app.kill()))
        await hold(world, random, 0, 1500)
      } finally {
        await Promise.all(world.apps.map((app) => app.start()))
      }
    },
  },
  {
    name: 'app-sigstop',
    what: 'A process of the service stands still for seconds, and goes on as if nothing had been.',
    part: 'apps',
    async run(world, random) {
      const app = pickApp(world, random)
      try {
        app.pause()
        await hold(world, random, 1000, 5000)
      } finally {
        app.resume()
      }
    },
  },
  {
    name: 'lagging-process',
    what: 'A process of the service stands still many times for a short while.',
    part: 'apps',
    async run(world, random) {
      const app = pickApp(world, random)
      try {
        for (let left = between(random, 15, 40); left > 0; left--) {
          app.pause()
          await world.pause(between(random, 5, 120))
          app.resume()
          await world.pause(between(random, 1, 50))
        }
      } finally {
        app.resume()
      }
    },
  },
  {
    name: 'two-versions',
    what: 'One process runs the next version of the service beside the others, and goes back to the first.',
    part: 'apps',
    async run(world, random) {
      const app = pickApp(world, random)
      try {
        await app.restart({ PROOF_VERSION: '2' })
        await hold(world, random, 1000, 4000)
      } finally {
        await app.restart()
      }
    },
  },
  {
    name: 'clock-jump',
    what: 'The clock of one process jumps by hours, ahead and back.',
    part: 'apps',
    async run(world, random) {
      const app = pickApp(world, random)
      const jumps = [between(random, 1, 26), -between(random, 1, 26), 0].map((hours, at) => {
        const afterMs = 300 + at * 800 + between(random, 0, 400)
        return `${afterMs}:${hours < 0 ? '-' : '+'}${Math.abs(hours) * 3_600_000}`
      })
      const preload = new URL('../service/clock-jump.js', import.meta.url).href
      try {
        await app.restart({ NODE_OPTIONS: `--import=${preload}`, PROOF_CLOCK_JUMPS: jumps.join(',') })
        await hold(world, random, 2500, 4000)
      } finally {
        await app.restart()
      }
    },
  },
]
