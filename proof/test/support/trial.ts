/**
 * A trial: two servers of the service in this process on a database of its own, load in slices, and the workloads' checks
 * after each slice, until something is found or time is over.
 */
import { randomBytes } from 'node:crypto'
import { createLog, type Server } from 'keelson'
import type { EngineParts } from 'keelson/internals/create-server'
import pg from 'pg'
import type { Finding } from '../../src/checker/finding.js'
import { startLoad } from '../../src/client/load.js'
import { randomOf } from '../../src/run/random.js'
import { startService } from '../../src/service/start.js'
import { createWorkloads } from '../../src/workloads/all.js'
import { checkDeadlocks, deadlockCount } from '../../src/workloads/deadlocks.js'
import type { Operation } from '../../src/history/operation.js'
import type { AppProcess } from '../../src/world/world.js'
import type { Sql } from '../../src/workloads/workload.js'

export interface TrialOptions {
  /** Parts of one server; called for each. */
  readonly parts?: () => EngineParts
  readonly workloads: readonly string[]
  readonly seed: number
  /** Most slices of load. */
  readonly slices: number
  readonly sliceMs?: number
  readonly clients?: number
  readonly versions?: readonly (1 | 2)[]
  /** Whether deadlocks count. Not where commands run solo: their first run, by which they learn, is unguarded. */
  readonly deadlocks?: boolean
}

export interface Trial {
  readonly findings: readonly Finding[]
  readonly operations: readonly Operation[]
  /** Of load, until the first finding. */
  readonly loadMs: number
}

export async function trial(options: TrialOptions): Promise<Trial> {
  const { parts = () => ({}), seed, slices, sliceMs = 1000, clients = 24, versions = [1, 1] } = options
  const database = await createDatabase()
  const servers: Server[] = []
  try {
    const log = createLog({ level: 'silent' })
    for (const version of versions)
      servers.push(await startService({ databaseUrl: database.url, version, parts: parts(), log }))
    const urls = await Promise.all(servers.map((server) => server.listen({ host: '127.0.0.1', port: 0 })))
    const apps = urls.map((url, at) => stillApp(`p${at}`, url))
    const workloads = createWorkloads().filter(({ name }) => options.workloads.includes(name))
    for (const workload of workloads) await workload.seed(database.sql)
    const history: Operation[] = []
    let ids = 0
    const start = performance.now()
    const nowMs = (): number => performance.now() - start
    const deadlocks = await deadlockCount(database.sql)
    const findings: Finding[] = []
    let loadMs = 0
    for (let slice = 0; slice < slices && findings.length === 0; slice++) {
      const load = startLoad({
        apps,
        workloads,
        clients,
        nowMs,
        randomOf: (client) => randomOf(seed, slice, client),
        nextId: () => ids++,
        record: (operation) => void history.push(operation),
      })
      await new Promise((resolve) => setTimeout(resolve, sliceMs))
      load.stop()
      const graceMs = nowMs() + GRACE_MS
      while (load.outstanding > 0 && nowMs() < graceMs)
        await new Promise((resolve) => setTimeout(resolve, 20))
      await load.abort()
      loadMs += sliceMs
      for (const each of workloads)
        findings.push(
          ...(await each.check(
            history.filter(({ workload }) => workload === each.name),
            database.sql,
          )),
        )
      if (options.deadlocks) findings.push(...(await checkDeadlocks(database.sql, deadlocks)))
    }
    return { findings, operations: history, loadMs }
  } finally {
    await Promise.all(servers.map((server) => server.close()))
    await database.drop()
  }
}

const GRACE_MS = 15_000

/** A server of this process: nobody kills it. */
const stillApp = (name: string, url: string): AppProcess => ({
  name,
  url,
  isRunning: true,
  kill: async () => undefined,
  pause: () => undefined,
  resume: () => undefined,
  start: async () => undefined,
  ended: async () => false,
})

interface Database {
  readonly url: string
  readonly sql: Sql
  drop(): Promise<void>
}

async function createDatabase(): Promise<Database> {
  const given = process.env.KEELSON_TEST_DATABASE_URL
  if (given === undefined)
    throw new Error('KEELSON_TEST_DATABASE_URL is not set: run the tests by `npm test`.')
  const name = `keelson_proof_${randomBytes(6).toString('hex')}`
  const server = new pg.Client({ connectionString: given })
  await server.connect()
  await server.query(`create database ${name}`)
  const url = new URL(given)
  url.pathname = `/${name}`
  const pool = new pg.Pool({ connectionString: url.href, max: 2 })
  pool.on('error', () => undefined)
  return {
    url: url.href,
    sql: async (text, values) => (await pool.query(text, values as unknown[])).rows as never,
    async drop() {
      await pool.end()
      await server.query(`drop database ${name} with (force)`)
      await server.end()
    },
  }
}
