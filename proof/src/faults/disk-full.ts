/**
 * The disk of the database is full. Either tables cannot grow, which fails statements (53100), or the write-ahead log
 * cannot, upon which Postgres ends itself; it comes back when there is space, by itself or by us.
 */
import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import type { World } from '../world/world.js'
import { between, hold } from './choice.js'
import type { Fault } from './fault.js'
import { foreignSession, sqlStateOf } from './foreign-session.js'

const FREE_BYTES_MAX = 64 * 1024
/** Each time another segment of the log is begun; there are spare ones of earlier times. */
const LOG_SWITCHES_MAX = 64
/** Far more than fits. */
const ROWS_MAX = 1_000_000
const REVIVAL_MS = 60_000
const POLL_MS = 100

export const DISK_FULL: Fault = {
  name: 'disk-full',
  what: 'The disk of the database is full: tables cannot grow, or the log cannot and Postgres ends itself.',
  part: 'postgres',
  async unavailable({ postgres }) {
    return postgres.disk === undefined
      ? 'The data lie on no small disk: only root on Linux can mount one.'
      : undefined
  },
  async run(world, random) {
    const { disk } = world.postgres
    if (disk === undefined) return
    const freeBytes = between(random, 0, FREE_BYTES_MAX)
    const fillsLog = random() < 0.5
    try {
      await disk.fill(freeBytes)
      await (fillsLog ? fillLog(world) : fillPages(world))
      await hold(world, random)
      world.note(
        world.postgres.isRunning ? 'Postgres lived with the full disk' : 'the full disk ended Postgres',
      )
    } finally {
      await disk.release()
      await revive(world)
    }
  },
}

/** Until Postgres gives up, or has shown that it need not. */
const fillLog = (world: World): Promise<void> =>
  foreignSession(world, async (client) => {
    try {
      for (let left = LOG_SWITCHES_MAX; left > 0; left--)
        await client.query("select pg_logical_emit_message(false, 'proof', 'full'), pg_switch_wal()")
    } catch (error) {
      if (!isOfFullDisk(error)) throw error
    }
  })

/** So that the next marker of a group needs a new page: rows of a failed statement lie where they are until a vacuum. */
const fillPages = (world: World): Promise<void> =>
  foreignSession(world, async (client) => {
    try {
      await client.query('begin')
      await client.query(
        `insert into keelson.groups (id) select gen_random_uuid() from generate_series(1, ${ROWS_MAX})`,
      )
      await client.query('rollback')
    } catch (error) {
      if (!isOfFullDisk(error)) throw error
    }
  })

/** A statement that fails by the full disk, or by what it does to the server. */
const isOfFullDisk = (error: unknown): boolean =>
  /^(53...|58...|XX000|57...)$/.test(sqlStateOf(error) ?? '57000')

/** Waits until it answers, and starts it where it has ended. */
async function revive({ postgres }: World): Promise<void> {
  const deadline = performance.now() + REVIVAL_MS
  for (;;) {
    const client = new pg.Client({ connectionString: postgres.directUrl, connectionTimeoutMillis: 5000 })
    client.on('error', () => undefined)
    try {
      await postgres.start()
      await client.connect()
      await client.query('select 1')
      return
    } catch (error) {
      if (performance.now() > deadline) throw error
      await delay(POLL_MS)
    } finally {
      await client.end().catch(() => undefined)
    }
  }
}
