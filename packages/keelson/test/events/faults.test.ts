/** Subscribers under faults: processes that are killed at the worst moment, connections that are cut. */
import assert from 'node:assert/strict'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { afterEach, beforeEach, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { Server } from '../../src/composition/server.js'
import { createTestDatabase, type TestDatabase } from '../support/database.js'
import { caughtUp, count, follow, SCRIPT } from '../support/followed.js'
import { until } from '../support/until.js'

let database: TestDatabase
const children: ChildProcess[] = []
const servers: Server[] = []

beforeEach(async () => {
  database = await createTestDatabase(SCRIPT)
})
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  await Promise.all(servers.splice(0).map((server) => server.close()))
  await database.drop()
})

function startFollower(failpoints: string): ChildProcess {
  const child = spawn(
    process.execPath,
    [fileURLToPath(new URL('../support/follower-process.js', import.meta.url))],
    {
      env: { ...process.env, DATABASE_URL: database.url, KEELSON_FAILPOINTS: failpoints },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  children.push(child)
  return child
}

async function serve(
  ...given: Parameters<typeof follow> extends [unknown, ...infer R] ? R : never
): Promise<Server> {
  const { server } = await follow(database, ...given)
  servers.push(server)
  return server
}

const KEYS = Array.from({ length: 8 }, (_, at) => `key-${at}`)
const TIMES = 15

const load = (server: Server): Promise<unknown> =>
  Promise.all(
    KEYS.map(async (key) => {
      for (let times = 0; times < TIMES; times++) await server.execute(count, { key })
    }),
  )

const emitted = async (): Promise<number> =>
  (await database.client.query<{ n: number }>('select count(*)::int as n from keelson.events')).rows[0]!.n

/** Of the leases that are stolen below. */
const fences = async (): Promise<string[]> =>
  (
    await database.client.query<{ fence: string }>(
      "select fence::text from keelson.leases where name in ('subscriber follower', 'events mover')",
    )
  ).rows.map(({ fence }) => fence)

/** One effect of each event, those of a key in order, and nothing left lying about. */
async function assertExact(): Promise<void> {
  const { rows } = await database.client.query<{ key: string; values: number[] }>(
    'select key, array_agg(value order by place) as values from seen group by key order by key',
  )
  const values = Array.from({ length: TIMES }, (_, at) => at + 1)
  assert.deepEqual(
    rows,
    KEYS.map((key) => ({ key, values })),
  )
  const { rows: totals } = await database.client.query('select value from totals')
  assert.deepEqual(totals, [{ value: KEYS.length * TIMES }])
  const { rows: left } = await database.client.query('select from keelson.event_marks')
  assert.equal(left.length, 0)
}

for (const [failpoint, at] of [
  ['event-claimed', 2],
  ['event-applied', 1],
  ['event-applied', 6],
  ['committed', 3],
] as const) {
  test(`killed at ${failpoint} (${at}): another process goes on, each event has one effect`, async () => {
    const server = await serve([], { roles: ['http'] })
    // It begins to lead before there is an heir.
    const victim = startFollower(`${failpoint}=kill@${at}`)
    await once(victim.stdout!, 'data')
    await caughtUp(server)
    const heir = startFollower('')
    await once(heir.stdout!, 'data')
    await load(server)
    await until('the victim dies', () => victim.signalCode !== null)
    assert.equal(victim.signalCode, 'SIGKILL')
    await caughtUp(server)
    await assertExact()
  })
}

test('connections that are cut again and again: nothing is lost, nothing happens twice', async () => {
  const server = await serve()
  const loaded = { isOver: false }
  const cutting = (async () => {
    for (let times = 0; times < 8 || !loaded.isOver; times++) {
      await database.client.query(
        'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
      )
      const before = await emitted()
      await until('it goes on', async () => loaded.isOver || (await emitted()) > before)
    }
  })()
  const loading = load(server).finally(() => (loaded.isOver = true))
  await Promise.all([loading, cutting])
  await caughtUp(server)
  await assertExact()
})

test('a leader that was overtaken unawares commits nothing more', async () => {
  const server = await serve()
  await caughtUp(server)
  const loaded = { isOver: false }
  let thefts = 0
  const stealing = (async () => {
    while (!loaded.isOver) {
      // As if the process had stood still for longer than its lease, and another had led and ended meanwhile.
      const { rowCount } = await database.client.query(
        "update keelson.leases set fence = nextval('keelson.fences'), expires_at = now() + interval '50 ms' where name in ('subscriber follower', 'events mover')",
      )
      thefts += rowCount ?? 0
      const stolen = await fences()
      await until(
        'both lead anew',
        async () => loaded.isOver || (await fences()).every((each) => !stolen.includes(each)),
      )
    }
  })()
  await Promise.all([load(server).finally(() => (loaded.isOver = true)), stealing])
  await caughtUp(server)
  assert.ok(thefts > 0)
  await assertExact()
})

test('a mark of an old fence is refused, and with it all that would be committed', async () => {
  const server = await serve()
  await caughtUp(server)
  const mark = (fence: string): Promise<unknown> =>
    database.client.query(
      `begin; insert into totals values ('zombie', 1);
       insert into keelson.event_marks select 'follower', n, ${fence} from generate_series(900001, 900003) n; rollback`,
    )
  await mark("(select fence from keelson.leases where name = 'subscriber follower')")
  await assert.rejects(mark("(select fence - 1 from keelson.leases where name = 'subscriber follower')"), {
    code: '23K01',
  })
  await database.client.query('rollback')
  await assert.rejects(mark('0'), { code: '23K01' })
  await database.client.query('rollback')
})
