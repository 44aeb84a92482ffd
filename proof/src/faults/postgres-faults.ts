/** The database ends, crashes, stands still, and comes back. */
import { between, hold } from './choice.js'
import type { Fault } from './fault.js'

/** Broken for a while; the time of the restart comes on top. */
const AWAY_MS_MAX = 2000

const stopped = (name: string, how: 'fast' | 'immediate' | 'kill', what: string): Fault => ({
  name,
  what,
  part: 'postgres',
  async run(world, random) {
    const { postgres } = world
    try {
      await postgres.stop(how)
      await world.pause(between(random, 0, AWAY_MS_MAX))
    } finally {
      await postgres.start()
    }
  },
})

export const POSTGRES_FAULTS: readonly Fault[] = [
  stopped('postgres-restart-fast', 'fast', 'Postgres is restarted: its sessions are ended.'),
  stopped(
    'postgres-stop-immediate',
    'immediate',
    'Postgres is stopped at once, without a checkpoint, and started again.',
  ),
  stopped('postgres-kill', 'kill', 'Postgres is killed and started again.'),
  {
    name: 'postgres-kill-during-recovery',
    what: 'Postgres is killed, and killed again while it recovers.',
    part: 'postgres',
    async run(world, random) {
      const { postgres } = world
      let kills = 0
      try {
        await postgres.stop('kill')
        for (let left = between(random, 1, 3); left > 0; left--)
          if (await postgres.startAndKill(between(random, 0, 60))) kills++
          else await postgres.stop('kill')
      } finally {
        await postgres.start()
      }
      world.note(`Postgres was killed ${kills} times during its recovery`)
    },
  },
  {
    name: 'postgres-sigstop',
    what: 'All processes of Postgres stand still for seconds.',
    part: 'postgres',
    async run(world, random) {
      try {
        world.postgres.pause()
        await hold(world, random, 1000, 5000)
      } finally {
        world.postgres.resume()
      }
    },
  },
]
