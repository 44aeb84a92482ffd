/** What happens to processes of the service: they die, at any moment or at a chosen one, stand still, and have other clocks. */
import { fileURLToPath } from 'node:url'
import { FAILPOINTS, type Failpoint } from 'keelson/internals/failpoint'
import { between, oneOf } from './draw.js'
import type { Fault } from './fault.js'

const CLOCK = new URL('../service/clock-jump.js', import.meta.url)
const DIES_WITHIN_MS = 15_000

const sigkill: Fault = {
  name: 'app-sigkill',
  what: 'A process of the service is killed, and started again.',
  part: 'apps',
  async run(world, random) {
    const app = oneOf(random, world.apps)
    await app.kill()
    await world.pause(between(random, 200, 1500))
    await app.start()
  },
}

const sigkillAll: Fault = {
  name: 'app-sigkill-all',
  what: 'All processes of the service are killed at once, and started again.',
  part: 'apps',
  async run(world, random) {
    await Promise.all(world.apps.map((app) => app.kill()))
    await world.pause(between(random, 100, 800))
    await Promise.all(world.apps.map((app) => app.start()))
  },
}

/** A life of a process that ends by itself the N-th time it reaches the place. */
const atFailpoint = (name: Failpoint): Fault => ({
  name: `failpoint-${name}`,
  what: `A process of the service dies at the moment «${name}».`,
  part: 'apps',
  async run(world, random) {
    const app = oneOf(random, world.apps)
    await app.kill()
    try {
      await app.start({ KEELSON_FAILPOINTS: `${name}=kill@${between(random, 2, 40)}` })
      if (!(await app.ended(DIES_WITHIN_MS))) throw new Error(`The failpoint ${name} was not reached.`)
      world.note(`${app.name} died at ${name}`)
    } finally {
      await app.kill()
      await app.start()
    }
  },
})

const sigstop: Fault = {
  name: 'app-sigstop',
  what: 'A process of the service stands still for seconds, with its locks and connections, and goes on.',
  part: 'apps',
  async run(world, random) {
    const app = oneOf(random, world.apps)
    try {
      app.pause()
      await world.pause(between(random, 1000, 4000))
    } finally {
      app.resume()
    }
  },
}

const stutter: Fault = {
  name: 'app-stutter',
  what: 'A process of the service stands still again and again, for a fraction of a second each time.',
  part: 'apps',
  async run(world, random) {
    const app = oneOf(random, world.apps)
    for (let times = between(random, 5, 12); times > 0; times--) {
      app.pause()
      await world.pause(between(random, 30, 250))
      app.resume()
      await world.pause(between(random, 20, 150))
    }
  },
}

const clockJump: Fault = {
  name: 'clock-jump',
  what: 'A process of the service lives with a clock that is hours off.',
  part: 'apps',
  async run(world, random) {
    const app = oneOf(random, world.apps)
    await app.kill()
    try {
      const hours = between(random, -30, 30)
      world.note(`the clock of ${app.name} is ${hours} h off`)
      await app.start({
        NODE_OPTIONS: `--import=${fileURLToPath(CLOCK)}`,
        PROOF_CLOCK_SHIFT_MS: String(hours * 3_600_000),
      })
      await world.pause(between(random, 1500, 3000))
    } finally {
      await app.kill()
      await app.start()
    }
  },
}

const twoVersions: Fault = {
  name: 'two-versions',
  what: 'A process of the service runs the next version, beside one of the old.',
  part: 'apps',
  async run(world, random) {
    const app = oneOf(random, world.apps)
    await app.kill()
    try {
      await app.start({ PROOF_VERSION: '2' })
      await world.pause(between(random, 2000, 3500))
    } finally {
      await app.kill()
      await app.start()
    }
  },
}

export const APP_FAULTS: readonly Fault[] = [
  sigkill,
  sigkillAll,
  ...FAILPOINTS.map(atFailpoint),
  sigstop,
  stutter,
  clockJump,
  twoVersions,
]
