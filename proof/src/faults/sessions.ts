/** What other sessions do to the database: take its connections and locks, end ours, make errors of serialization. */
import pg from 'pg'
import type { World } from '../world/world.js'
import { between } from './draw.js'
import type { Fault } from './fault.js'

/** A session of a stranger; its own errors are nobody's matter. */
async function stranger<T>(world: World, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: world.postgres.directUrl, application_name: 'stranger' })
  client.on('error', () => undefined)
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end().catch(() => undefined)
  }
}

const terminate: Fault = {
  name: 'terminate-backends',
  what: 'Sessions of the service are ended by an administrator, again and again.',
  part: 'sessions',
  async run(world, random) {
    for (let times = between(random, 3, 8); times > 0; times--) {
      await world.sql(
        "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'keelson' and random() < 0.6",
      )
      await world.pause(between(random, 50, 400))
    }
  },
}

const tooManyConnections: Fault = {
  name: 'too-many-connections',
  what: 'Strangers take every connection that is left, while those of the service are ended.',
  part: 'sessions',
  async run(world, random) {
    const taken: pg.Client[] = []
    try {
      for (let tries = 0; tries < 120; tries++) {
        const client = new pg.Client({
          connectionString: world.postgres.directUrl,
          application_name: 'stranger',
        })
        client.on('error', () => undefined)
        try {
          await client.connect()
          taken.push(client)
        } catch {
          await client.end().catch(() => undefined)
          // Full. Those of the service make room, which we take as well.
          const [one] = taken
          await one
            ?.query(
              "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'keelson'",
            )
            .catch(() => undefined)
          if (tries > 80) break
        }
      }
      world.note(`strangers hold ${taken.length} connections`)
      await world.pause(between(random, 1000, 2500))
    } finally {
      await Promise.all(taken.map((client) => client.end().catch(() => undefined)))
    }
  },
}

const lockHeld: Fault = {
  name: 'lock-held',
  what: 'A stranger holds a table of the service for longer than the service waits for locks.',
  part: 'sessions',
  mayDeadlock: true,
  run: (world, random) =>
    stranger(world, async (client) => {
      const { rows } = await client.query<{ name: string }>(
        "select quote_ident(tablename) as name from pg_tables where schemaname = 'public' order by random() limit 3",
      )
      await client.query('begin')
      for (const { name } of rows) await client.query(`lock table ${name} in share row exclusive mode`)
      await world.pause(between(random, 1500, 3500))
      await client.query('rollback')
    }),
}

const longTransaction: Fault = {
  name: 'long-transaction',
  what: 'A stranger holds a snapshot and an open transaction.',
  part: 'sessions',
  run: (world, random) =>
    stranger(world, async (client) => {
      await client.query('begin isolation level repeatable read')
      await client.query('select count(*) from pg_class')
      await client.query('create temporary table held as select 1 as n')
      await world.pause(between(random, 3000, 6000))
      await client.query('rollback')
    }),
}

const statementTimeout: Fault = {
  name: 'statement-timeout',
  what: 'Statements of the service are cancelled in mid-air (57014).',
  part: 'sessions',
  async run(world, random) {
    for (let times = between(random, 20, 60); times > 0; times--) {
      await world.sql(
        "select pg_cancel_backend(pid) from pg_stat_activity where application_name = 'keelson' and state <> 'idle'",
      )
      await world.pause(between(random, 5, 60))
    }
  },
}

/** Errors of a code, made where every group passes; on a table of Keelson's own, so that the tables of users stay as they are. */
const injected = (name: string, code: string): Fault => ({
  name,
  what: `Every third group or so fails with ${code}.`,
  part: 'sessions',
  mayDeadlock: code === '40P01',
  async run(world, random) {
    const body = `begin if random() < 0.35 then raise exception 'injected' using errcode = '${code}'; end if; return new; end`
    await world.sql(
      `create or replace function keelson.proof_fail() returns trigger language plpgsql as $$ ${body} $$`,
    )
    await world.sql(
      'create or replace trigger proof_fail before insert on keelson.groups for each row execute function keelson.proof_fail()',
    )
    try {
      await world.pause(between(random, 1500, 3000))
    } finally {
      await world.sql('drop trigger if exists proof_fail on keelson.groups')
    }
  },
})

export const SESSION_FAULTS: readonly Fault[] = [
  terminate,
  tooManyConnections,
  lockHeld,
  longTransaction,
  statementTimeout,
  injected('injected-40001', '40001'),
  injected('injected-40P01', '40P01'),
]
