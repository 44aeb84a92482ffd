/**
 * A trial: two servers of the service in this process on a database of its own, load in slices, and the workloads' checks
 * after each slice, until something is found or time is over.
 */
import { randomBytes } from 'node:crypto'
import { createLog, type Server } from 'keelson'
import type { EngineParts } from 'keelson/internals/create-server'
import pg from 'pg'
import type { Finding } from '../../src/checker/finding.js'
import { History } from '../../src/client/history.js'
import { Load } from '../../src/client/load.js'
import { startService } from '../../src/service/start.js'
import { createWorkloads } from '../../src/workloads/all.js'
import { checkDeadlocks, deadlockCount } from '../../src/workloads/deadlocks.js'
import type { Operation } from '../../src/history/operation.js'
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
    const targets = urls.map((url, at) => ({ name: `p${at}`, url }))
    const workloads = createWorkloads().filter(({ name }) => options.workloads.includes(name))
    for (const workload of workloads) await workload.seed(database.sql)
    const history = new History()
    const start = performance.now()
    const nowMs = (): number => performance.now() - start
    const deadlocks = await deadlockCount(database.sql)
    const findings: Finding[] = []
    let loadMs = 0
    for (let slice = 0; slice < slices && findings.length === 0; slice++) {
      const load = new Load({ targets, workloads, history, seed: seed * 1000 + slice, clients, nowMs })
      await new Promise((resolve) => setTimeout(resolve, sliceMs))
      await load.stop()
      loadMs += sliceMs
      const operations = history.operations
      for (const each of workloads)
        findings.push(
          ...(await each.check(
            operations.filter(({ workload }) => workload === each.name),
            database.sql,
          )),
        )
      if (options.deadlocks) findings.push(...(await checkDeadlocks(database.sql, deadlocks)))
    }
    return { findings, operations: history.operations, loadMs }
  } finally {
    await Promise.all(servers.map((server) => server.close()))
    await database.drop()
  }
}

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
