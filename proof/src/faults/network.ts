/** What happens between the service and the database. */
import type { Proxy, World } from '../world/world.js'
import type { Random } from '../workloads/workload.js'
import { between } from './draw.js'
import type { Fault } from './fault.js'

const CUTS_WITHIN_MS = 10_000

/** Arms the proxy, waits until that many commits were met, and mends. */
async function meetCommits(world: World, count: number, arm: () => void): Promise<void> {
  const { proxy } = world
  const before = proxy.commitsCut
  const deadline = performance.now() + CUTS_WITHIN_MS
  try {
    arm()
    while (proxy.commitsCut < before + count && performance.now() < deadline) await world.pause(20)
    if (proxy.commitsCut === before) throw new Error('No COMMIT passed the proxy.')
    world.note(`${proxy.commitsCut - before} commits were cut`)
  } finally {
    proxy.mend()
  }
}

const ofCommits = (
  name: string,
  what: string,
  arm: (proxy: Proxy, count: number, random: Random) => void,
): Fault => ({
  name,
  what,
  part: 'proxy',
  run(world, random) {
    const count = between(random, 2, 12)
    return meetCommits(world, count, () => arm(world.proxy, count, random))
  },
})

const held = (
  name: string,
  what: string,
  breakIt: (proxy: Proxy, random: Random) => void,
  ms: readonly [number, number],
): Fault => ({
  name,
  what,
  part: 'proxy',
  async run(world, random) {
    try {
      breakIt(world.proxy, random)
      await world.pause(between(random, ...ms))
    } finally {
      world.proxy.mend()
    }
  },
})

export const NETWORK_FAULTS: readonly Fault[] = [
  ofCommits(
    'cut-after-commit',
    'Connections are cut after COMMIT was sent and before its answer.',
    (proxy, count) => proxy.cutAfterCommit(count),
  ),
  ofCommits('cut-before-commit', 'Connections are cut when they are about to send COMMIT.', (proxy, count) =>
    proxy.cutBeforeCommit(count),
  ),
  ofCommits(
    'late-commit',
    'Clients are cut off, and what they sent with COMMIT reaches the server late.',
    (proxy, count, random) => proxy.lateCommit(count, between(random, 20, 1500)),
  ),
  held('connections-reset', 'All connections to the database are reset.', (proxy) => proxy.reset(), [0, 300]),
  held(
    'half-open',
    'The service loses its connections; the database keeps its side open.',
    (proxy) => proxy.halfOpen(),
    [0, 500],
  ),
  held(
    'black-hole',
    'The network swallows everything, and tells nobody.',
    (proxy) => proxy.blackHole(true),
    [1000, 4000],
  ),
  held(
    'slow-network',
    'Every packet is late.',
    (proxy, random) => proxy.delay(between(random, 5, 60)),
    [1500, 3000],
  ),
  held(
    'connections-refused',
    'Connections are reset, and no new ones are let in.',
    (proxy) => {
      proxy.refuse(true)
      proxy.reset()
    },
    [500, 2500],
  ),
]
