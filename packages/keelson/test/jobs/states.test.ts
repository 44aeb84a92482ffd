/**
 * The states of jobs against a model: random sequences of everything that can be done to them, by processes that may be lost
 * and speak up again, on a real Postgres. Always: each job is in one place, enqueued = done + dead + cancelled + live, and what
 * was said for a claim that stands no more changed nothing.
 */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { claimJobs, claimKey, FROM_START, type ClaimedJob } from '../../src/jobs/claim.js'
import { JobBook } from '../../src/jobs/job-book.js'
import { acknowledge, type Outcome } from '../../src/jobs/outcome.js'
import { lostClaims, releaseUnknown, rescueJobs } from '../../src/jobs/rescue.js'
import { migrate } from '../../src/migrations/migrate.js'
import { OWN_MIGRATIONS } from '../../src/migrations/own.js'
import { Connections } from '../../src/postgres/connections.js'
import { createTestDatabase, type TestDatabase } from '../support/database.js'
import { Seeded } from '../support/seeded.js'

let database: TestDatabase
let connections: Connections
let book: JobBook
before(async () => {
  database = await createTestDatabase('')
  connections = new Connections({ url: database.url, max: 4 })
  await migrate(connections, OWN_MIGRATIONS)
  book = new JobBook(connections)
})
after(async () => {
  await connections.close()
  await database.drop()
})

const QUEUES = ['a', 'b', 'c']
const OUTCOMES: readonly Outcome[] = [
  { kind: 'done' },
  { kind: 'failed', error: 'failed', delayMs: 0 },
  { kind: 'failed', error: 'failed, later', delayMs: 3_600_000 },
  { kind: 'dead', error: 'dead' },
  { kind: 'spent', error: 'spent' },
  { kind: 'released' },
]

interface Known {
  state: 'live' | 'done' | 'dead' | 'cancelled'
  claim: string | undefined
  attempt: number
}
interface Process {
  name: string
  fence: string
  isLost: boolean
  claims: ClaimedJob[]
}

class World {
  readonly random: Seeded
  readonly jobs = new Map<string, Known>()
  readonly fences = new Map<string, bigint>()
  processes: Process[] = []
  /** Claims of whoever was lost: they will speak up late. */
  readonly late: { process: Process; job: ClaimedJob }[] = []

  constructor(seed: number) {
    this.random = new Seeded(seed)
  }

  async begin(): Promise<void> {
    const name = `jobs:${crypto.randomUUID()}`
    const { rows } = await database.client.query<{ fence: string }>(
      "insert into keelson.leases values ($1, gen_random_uuid(), nextval('keelson.fences'), now() + interval '1 hour') returning fence::text",
      [name],
    )
    this.processes.push({ name, fence: rows[0]!.fence, isLost: false, claims: [] })
  }

  async enqueue(): Promise<void> {
    const id = crypto.randomUUID()
    const queue = this.random.pick(QUEUES)
    await database.client.query(
      "insert into keelson.jobs (id, name, queue, input) values ($1, $2, $2, '{}')",
      [id, queue],
    )
    this.jobs.set(id, { state: 'live', claim: undefined, attempt: 0 })
  }

  async claim(): Promise<void> {
    const process = this.random.pick(this.processes)
    const max = 1 + this.random.int(4)
    const { jobs } = await claimJobs(
      connections,
      process,
      QUEUES.map((queue) => ({ queue, max: 2, after: FROM_START })),
      max,
    )
    assert.ok(jobs.length <= max)
    if (process.isLost) assert.equal(jobs.length, 0, 'a lease that is gone claims nothing')
    for (const job of jobs) {
      const known = this.jobs.get(job.id)!
      assert.equal(known.state, 'live')
      assert.equal(known.claim, undefined, 'a job has one claim at a time')
      assert.ok(BigInt(job.fence) > (this.fences.get(job.id) ?? 0n), 'fences rise')
      this.fences.set(job.id, BigInt(job.fence))
      known.claim = job.fence
      known.attempt++
      assert.equal(job.attempt, known.attempt)
      process.claims.push(job)
    }
  }

  async say(): Promise<void> {
    const process = this.random.pick(this.processes)
    const said = process.claims.splice(0, 1 + this.random.int(3)).map((job) => ({ process, job }))
    if (this.random.chance(0.5)) said.push(...this.late.splice(0, 2))
    // Sometimes twice, as after an answer that got lost.
    if (said.length > 0 && this.random.chance(0.2)) this.late.push(said[0]!)
    const acknowledgements = said.map(({ process: { fence: lease }, job }) => ({
      job,
      lease,
      outcome: this.random.pick(OUTCOMES),
    }))
    const counted = await acknowledge(connections, acknowledgements)
    for (const { job, outcome } of acknowledgements) {
      const known = this.jobs.get(job.id)!
      const stands = known.claim === job.fence && known.state === 'live'
      assert.equal(counted.has(claimKey(job)), stands, 'what is said counts while the claim stands')
      if (!stands) continue
      known.claim = undefined
      if (outcome.kind === 'done' || outcome.kind === 'dead') known.state = outcome.kind
      if (outcome.kind === 'spent') known.state = 'dead'
      if (outcome.kind === 'released' || outcome.kind === 'spent') known.attempt--
    }
  }

  /** The process forgets some of its claims, as when their answer was lost, and then looks for them. */
  async forget(): Promise<void> {
    const process = this.random.pick(this.processes)
    const forgotten = process.claims.splice(0, this.random.int(3))
    const lost = forgotten.filter(({ id, fence }) => this.jobs.get(id)!.claim === fence)
    assert.equal(await releaseUnknown(connections, process.fence, process.claims), lost.length)
    for (const job of lost) {
      const known = this.jobs.get(job.id)!
      known.claim = undefined
      known.attempt--
      this.late.push({ process, job })
    }
  }

  async lose(): Promise<void> {
    const process = this.random.pick(this.processes)
    await database.client.query(
      "update keelson.leases set expires_at = now() - interval '1 s' where name = $1",
      [process.name],
    )
    await rescueJobs(connections)
    await database.client.query(
      "update keelson.jobs set run_at = now() where run_at < now() + interval '2 s'",
    )
    for (const job of process.claims) {
      const known = this.jobs.get(job.id)!
      if (known.claim === job.fence) known.claim = undefined
      this.late.push({ process, job })
    }
    process.claims = []
    process.isLost = true
    if (this.random.chance(0.7)) this.processes = this.processes.filter((each) => each !== process)
    await this.begin()
  }

  async operate(): Promise<void> {
    const ids = [...this.jobs.keys()].filter(() => this.random.chance(0.1))
    const change = this.random.pick(['cancel', 'retry', 'discard'] as const)
    const changed = new Set(await book[change]({ ids }))
    for (const id of ids) {
      const known = this.jobs.get(id)!
      if (change === 'cancel') {
        assert.equal(changed.has(id), known.state === 'live')
        if (changed.has(id)) Object.assign(known, { state: 'cancelled', claim: undefined })
      } else if (change === 'retry' && (known.state === 'dead' || known.state === 'cancelled')) {
        assert.ok(changed.has(id))
        Object.assign(known, { state: 'live', claim: undefined, attempt: 0 })
      } else if (change === 'retry') {
        assert.ok(known.state === 'live' || !changed.has(id))
      }
    }
  }

  async check(): Promise<void> {
    const { rows } = await database.client.query<{
      id: string
      state: string
      fence: string | null
      attempt: number
    }>(
      "select id, 'live' as state, case when claimed_by is not null then fence::text end as fence, attempt from keelson.jobs union all select id, state, null, attempt from keelson.jobs_ended",
    )
    assert.equal(rows.length, this.jobs.size, 'enqueued = done + dead + cancelled + live')
    for (const { id, state, fence, attempt } of rows) {
      const known = this.jobs.get(id)!
      assert.deepEqual(
        { state, fence, attempt },
        { state: known.state, fence: known.claim ?? null, attempt: known.attempt },
      )
    }
    const claims = [...this.fences].map(([id, fence]) => ({ id, fence: String(fence) }))
    const lost = new Set((await lostClaims(connections, claims)).map(({ id }) => id))
    for (const { id, fence } of claims) assert.equal(lost.has(id), this.jobs.get(id)!.claim !== fence)
  }
}

const STEPS = 120

for (const seed of [1, 2, 3, Date.now() % 1_000_000]) {
  test(`whatever is done, each job is in one place (seed ${seed})`, async () => {
    await database.client.query('truncate keelson.jobs, keelson.jobs_ended, keelson.leases')
    const world = new World(seed)
    await world.begin()
    await world.begin()
    for (let step = 0; step < STEPS; step++) {
      const roll = world.random.next()
      if (roll < 0.3) await world.enqueue()
      else if (roll < 0.55) await world.claim()
      else if (roll < 0.8) await world.say()
      else if (roll < 0.84) await world.forget()
      else if (roll < 0.89) await world.lose()
      else if (roll < 0.95) await world.operate()
      else await rescueJobs(connections)
      await world.check()
    }
  })
}
