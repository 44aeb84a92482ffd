/** Every fault once on a real Postgres and a stub of the service: it does what it says, and all works again afterwards. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { FAULTS } from '../../src/faults/all.js'
import { openWorld, type OpenWorld } from '../../src/world/open-world.js'
import type { World } from '../../src/world/world.js'
import { seededRandom } from '../seeded-random.js'
import { until } from '../until.js'

const script = fileURLToPath(new URL('../world/stub-service.js', import.meta.url))

/** What the service must have met at the least, one of each line. */
const SHOWS: Readonly<Record<string, readonly string[]>> = {
  'postgres-restart-fast': ['57P01', 'lost'],
  'postgres-stop-immediate': ['57P02', 'lost'],
  'postgres-kill': ['lost'],
  'connections-reset': ['lost'],
  'connections-refused': ['lost'],
  'half-open': ['lost'],
  'cut-after-commit': ['lost'],
  'cut-before-commit': ['lost'],
  'late-commit': ['lost'],
  'terminate-backends': ['57P01'],
  'cancel-statements': ['57014'],
  'too-many-connections': ['53300'],
  'pool-exhausted': ['55P03'],
  'injected-40001': ['40001'],
  'injected-40P01': ['40P01'],
  'statement-timeout': ['57014'],
  'disk-full': ['53100', '57P02', 'lost'],
}

/** Broken for a shorter time than in a run. */
const HURRY = 4

let world: OpenWorld
let hurried: World
const notes: string[] = []

before(async () => {
  const signal = new AbortController().signal
  world = await openWorld({
    processes: 2,
    env: {},
    signal,
    script,
    note: (message) => notes.push(message),
    longTransactionMs: 100,
  })
  hurried = { ...world, pause: (ms) => world.pause(ms / HURRY) }
})

after(() => world.close())

type Met = Readonly<Record<string, number>>

/** Over all processes. A life has its own count. */
async function met(): Promise<Met> {
  const sums: Record<string, number> = {}
  for (const { url } of world.apps) {
    const response = await fetch(`${url}/met`, { signal: AbortSignal.timeout(20_000) })
    for (const [name, count] of Object.entries((await response.json()) as Met))
      sums[name] = (sums[name] ?? 0) + count
  }
  return sums
}

async function eachGoesOn(): Promise<void> {
  for (const { name, url } of world.apps) {
    const commits = async (): Promise<number> =>
      ((await (await fetch(`${url}/met`)).json()) as { commits: number }).commits
    const before = await commits()
    await until(`a commit of ${name}`, async () => (await commits()) > before)
  }
}

/** The failpoints differ by their name alone. */
const toRun = FAULTS.filter(({ name }) => !name.startsWith('failpoint-') || name === 'failpoint-commit-sent')

for (const [at, fault] of toRun.entries())
  test(`${fault.name}: ${fault.what}`, async (t) => {
    const why = await fault.unavailable?.(world)
    if (why !== undefined) return t.skip(why)
    const before = await met()
    const cutBefore = world.proxy.commitsCut
    await fault.run(hurried, seededRandom(at))
    await eachGoesOn()
    const shows = SHOWS[fault.name]
    if (shows !== undefined) {
      const now = await met()
      assert.ok(
        shows.some((name) => (now[name] ?? 0) > (before[name] ?? 0)),
        `the service met ${JSON.stringify(now)}, before ${JSON.stringify(before)}; ${notes.at(-1)}`,
      )
    }
    if (fault.name.endsWith('-commit') && fault.part === 'proxy')
      assert.ok(world.proxy.commitsCut > cutBefore)
    if (fault.name.startsWith('failpoint-'))
      assert.ok(world.failpointsHit.has(fault.name.slice('failpoint-'.length)))
  })

test('no fault left anything of its own in the database, and no process ended by itself', async () => {
  const left = await world.sql<{ name: string }>(
    `select tgname as name from pg_trigger where not tgisinternal
     union all select nspname from pg_namespace where nspname = 'proof_fault'
     union all select 'a session' from pg_stat_activity where application_name = 'proof fault'`,
  )
  assert.deepEqual(left, [])
  assert.deepEqual(world.unexpectedExits(), [])
})
