/** The network between the service and the database breaks, swallows and limps. */
import { between, hold } from './choice.js'
import type { Fault } from './fault.js'

export const CONNECTION_FAULTS: readonly Fault[] = [
  {
    name: 'connections-reset',
    what: 'All connections to the database are reset, several times.',
    part: 'proxy',
    async run(world, random) {
      for (let left = between(random, 1, 4); left > 0; left--) {
        world.proxy.reset()
        await hold(world, random, 50, 800)
      }
    },
  },
  {
    name: 'connections-refused',
    what: 'Connections to the database are reset, and no new ones accepted.',
    part: 'proxy',
    async run(world, random) {
      try {
        world.proxy.refuse(true)
        world.proxy.reset()
        await hold(world, random)
      } finally {
        world.proxy.refuse(false)
      }
    },
  },
  {
    name: 'black-hole',
    what: 'The network swallows everything; neither side is told.',
    part: 'proxy',
    async run(world, random) {
      try {
        world.proxy.blackHole(true)
        await hold(world, random, 1000, 5000)
      } finally {
        world.proxy.blackHole(false)
      }
    },
  },
  {
    name: 'half-open',
    what: 'The service loses all connections, and the database does not learn of it.',
    part: 'proxy',
    async run(world, random) {
      const release = world.proxy.halfOpen()
      try {
        await hold(world, random)
      } finally {
        release()
      }
    },
  },
  {
    name: 'slow-network',
    what: 'Each packet takes longer.',
    part: 'proxy',
    async run(world, random) {
      try {
        world.proxy.delay(between(random, 5, 150))
        await hold(world, random)
      } finally {
        world.proxy.delay(0)
      }
    },
  },
]
