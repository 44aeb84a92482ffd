/** Sessions of the service are ended or disturbed, or find no place. */
import pg from 'pg'
import type { World } from '../world/world.js'
import type { Random } from '../workloads/workload.js'
import { between, hold } from './choice.js'
import type { Fault } from './fault.js'
import { sqlStateOf } from './foreign-session.js'

/** Does something to some of the service's sessions. */
async function disturb(
  world: World,
  random: Random,
  action: 'pg_terminate_backend' | 'pg_cancel_backend',
): Promise<number> {
  const rows = await world.sql<{ pid: number }>(
    `select pid from pg_stat_activity where application_name = 'keelson'
     ${action === 'pg_cancel_backend' ? "and state = 'active'" : ''} order by pid`,
  )
  const share = 0.2 + 0.8 * random()
  const pids = rows.map(({ pid }) => pid).filter(() => random() < share)
  if (pids.length > 0) await world.sql(`select ${action}(pid) from unnest($1::int[]) as pid`, [pids])
  return pids.length
}

export const SESSION_FAULTS: readonly Fault[] = [
  {
    name: 'terminate-backends',
    what: 'An administrator ends sessions of the service, several times.',
    part: 'sessions',
    async run(world, random) {
      let count = 0
      for (let left = between(random, 2, 6); left > 0; left--) {
        count += await disturb(world, random, 'pg_terminate_backend')
        await hold(world, random, 50, 700)
      }
      world.note(`${count} sessions were ended`)
    },
  },
  {
    name: 'cancel-statements',
    what: 'An administrator cancels running statements of the service (57014).',
    part: 'sessions',
    async run(world, random) {
      let count = 0
      for (let left = between(random, 20, 60); left > 0; left--) {
        count += await disturb(world, random, 'pg_cancel_backend')
        await hold(world, random, 5, 60)
      }
      world.note(`${count} statements were cancelled`)
    },
  },
  {
    name: 'too-many-connections',
    what: 'Others take all connections that the database has, those of the service included (53300).',
    part: 'sessions',
    async run(world, random) {
      const taken: pg.Client[] = []
      try {
        await takeAll(world, taken)
        await disturb(world, random, 'pg_terminate_backend')
        await takeAll(world, taken)
        world.note(`${taken.length} connections were taken`)
        await hold(world, random)
      } finally {
        await Promise.all(taken.map((client) => client.end().catch(() => undefined)))
      }
    },
  },
]

const CONNECTIONS_MAX = 500
/** Each takes its time to log in. */
const AT_ONCE = 8

/** As the service, so that those are left that are kept for superusers. */
async function takeAll(world: World, taken: pg.Client[]): Promise<void> {
  const url = new URL(world.postgres.directUrl)
  const { username, password } = new URL(world.proxy.url)
  Object.assign(url, { username, password })
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      while (taken.length < CONNECTIONS_MAX) {
        const client = await takeOne(world, url.href)
        if (client === undefined) return
        taken.push(client)
      }
    }),
  )
}

/** Undefined if there is none any more. */
async function takeOne(world: World, connectionString: string): Promise<pg.Client | undefined> {
  const client = new pg.Client({
    connectionString,
    application_name: 'proof fault',
    connectionTimeoutMillis: 5000,
  })
  client.on('error', () => undefined)
  try {
    await client.connect()
    return client
  } catch (error) {
    await client.end().catch(() => undefined)
    if (sqlStateOf(error) !== '53300')
      world.note('the database was not there when its connections were taken')
    return undefined
  }
}
