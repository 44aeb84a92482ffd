/** What happens to the database's server: it is killed, stopped, started, also while it recovers, and stands still. */
import type { World } from '../world/world.js'
import { between } from './draw.js'
import type { Fault } from './fault.js'

async function down(world: World, how: 'fast' | 'immediate' | 'kill', forMs: number): Promise<void> {
  try {
    await world.postgres.stop(how)
    await world.pause(forMs)
  } finally {
    await world.postgres.start()
  }
}

const stopping = (name: string, what: string, how: 'fast' | 'immediate' | 'kill'): Fault => ({
  name,
  what,
  part: 'postgres',
  run: (world, random) => down(world, how, between(random, 0, 1500)),
})

const killDuringRecovery: Fault = {
  name: 'postgres-kill-during-recovery',
  what: 'Postgres is killed, and killed again while it recovers.',
  part: 'postgres',
  async run(world, random) {
    await world.postgres.stop('kill')
    const again = world.postgres.start()
    await world.pause(between(random, 5, 60))
    // Wherever it is by now: before, in or just after its recovery.
    await again.catch(() => undefined)
    await down(world, 'kill', between(random, 0, 300))
  },
}

const sigstop: Fault = {
  name: 'postgres-sigstop',
  what: 'Postgres stands still for seconds, with all its sessions.',
  part: 'postgres',
  async run(world, random) {
    try {
      world.postgres.pause()
      await world.pause(between(random, 1000, 3500))
    } finally {
      world.postgres.resume()
    }
  },
}

export const POSTGRES_FAULTS: readonly Fault[] = [
  stopping('postgres-kill', 'Postgres is killed, and recovers.', 'kill'),
  stopping('postgres-stop-immediate', 'Postgres is stopped at once, without a checkpoint.', 'immediate'),
  stopping('postgres-restart', 'Postgres is restarted in order, its sessions ended.', 'fast'),
  killDuringRecovery,
  sigstop,
]
