/** Connections are lost at the one moment when the client cannot know what the server did: at COMMIT. */
import type { World } from '../world/world.js'
import { between, pick } from './choice.js'
import type { Fault } from './fault.js'

const COUNT_MAX = 8
const HOLD_MS = 4000
const POLL_MS = 20

/** Waits for so many COMMITs, a while at most, and takes the order back. */
async function cutting(world: World, count: number, arm: (count: number) => () => void): Promise<void> {
  const before = world.proxy.commitsCut
  const disarm = arm(count)
  try {
    for (let leftMs = HOLD_MS; leftMs > 0 && world.proxy.commitsCut < before + count; leftMs -= POLL_MS)
      await world.pause(POLL_MS)
  } finally {
    disarm()
    world.note(`${world.proxy.commitsCut - before} of ${count} connections were cut at their COMMIT`)
  }
}

export const COMMIT_FAULTS: readonly Fault[] = [
  {
    name: 'cut-after-commit',
    what: 'Connections are cut after COMMIT was sent and before the answer.',
    part: 'proxy',
    run: (world, random) =>
      cutting(world, between(random, 1, COUNT_MAX), (count) => world.proxy.cutAfterCommit(count)),
  },
  {
    name: 'cut-before-commit',
    what: 'Connections are cut when COMMIT is on its way; the database never sees it.',
    part: 'proxy',
    run: (world, random) =>
      cutting(world, between(random, 1, COUNT_MAX), (count) => world.proxy.cutBeforeCommit(count)),
  },
  {
    name: 'late-commit',
    what: 'Connections are cut at COMMIT, and what was on its way reaches the database later.',
    part: 'proxy',
    async run(world, random) {
      const delayMs = between(random, 20, 3000)
      const from = pick(random, ['burst', 'commit'] as const)
      await cutting(world, between(random, 1, COUNT_MAX), (count) =>
        world.proxy.lateCommit(count, delayMs, from),
      )
      // Until the last of them has come.
      await world.pause(delayMs)
    },
  },
]
