/**
 * Others hold locks and snapshots on the service's tables. They never wait for a lock while they hold one, so that no
 * deadlock is of their making.
 */
import type pg from 'pg'
import type { World } from '../world/world.js'
import type { Random } from '../workloads/workload.js'
import { between, hold, pick } from './choice.js'
import type { Fault } from './fault.js'
import { foreignSession, sqlStateOf } from './foreign-session.js'

const TABLE_MODES = ['share', 'share row exclusive', 'exclusive', 'access exclusive'] as const
const ROW_MODES = ['for update', 'for no key update', 'for share', 'for key share'] as const

/** Rows that are looked at to choose from. */
const ROWS_LOOKED_AT = 1000

export const LOCK_FAULTS: readonly Fault[] = [
  {
    name: 'lock-held',
    what: "Another program holds rows or tables of the service's, beyond the lock timeout at times.",
    part: 'sessions',
    run: (world, random) =>
      foreignSession(world, async (client) => {
        const tables = await tablesOf(client)
        if (tables.length === 0) return world.note('there was no table to lock')
        for (let left = between(random, 1, 2); left > 0; left--) {
          const locked = await lockSome(client, random, tables)
          world.note(`locked: ${locked.join(', ')}`)
          await hold(world, random, 500, 3500)
          await client.query('rollback')
        }
      }),
  },
  {
    name: 'pool-exhausted',
    what: 'Every group waits for a table of Keelson’s that somebody locks, until no connection of the service is free.',
    part: 'sessions',
    run: (world, random) => lockForAWhile(world, random, 'keelson.groups'),
  },
  {
    name: 'long-transaction',
    what: 'A transaction with a snapshot is held open.',
    part: 'sessions',
    run: (world) =>
      foreignSession(world, async (client) => {
        await client.query('begin isolation level repeatable read')
        // It has an id too, which others would have to wait for.
        await client.query('select pg_current_xact_id(), count(*) from pg_class')
        await world.pause(world.longTransactionMs)
        await client.query('rollback')
      }),
  },
]

/** Of the service itself: Keelson's own lie in a schema of their own. */
async function tablesOf(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    "select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname = 'public' order by 1",
  )
  return rows.map(({ name }) => name)
}

/** In an open transaction. Waits for the first table only; what is not free then is left out. */
async function lockSome(client: pg.Client, random: Random, tables: readonly string[]): Promise<string[]> {
  const locked: string[] = []
  await client.query("begin; set local lock_timeout = '2s'")
  for (let left = between(random, 1, 3); left > 0; left--) {
    const table = pick(random, tables)
    const rowMode = pick(random, ROW_MODES)
    const tableMode = pick(random, TABLE_MODES)
    const ofRows = random() < 0.6
    const count = between(random, 1, 20)
    const rows = `select 1 from (select ctid as place from ${table} limit ${ROWS_LOOKED_AT}) near
      join ${table} locked on locked.ctid = near.place order by md5(locked.ctid::text || '${count}') limit ${count}
      ${rowMode} of locked skip locked`
    const statement = ofRows
      ? rows
      : `lock table ${table} in ${tableMode} mode ${locked.length === 0 ? '' : 'nowait'}`
    await client.query('savepoint before_lock')
    try {
      await client.query(statement)
      locked.push(ofRows ? `rows of ${table} ${rowMode}` : `${table} in ${tableMode} mode`)
    } catch (error) {
      if (sqlStateOf(error) !== '55P03') throw error
      await client.query('rollback to savepoint before_lock')
    }
  }
  return locked
}

const lockForAWhile = (world: World, random: Random, table: string): Promise<void> =>
  foreignSession(world, async (client) => {
    await client.query("begin; set local lock_timeout = '5s'")
    await client.query(`lock table ${table} in exclusive mode`)
    await hold(world, random, 1000, 4500)
    await client.query('rollback')
  })
