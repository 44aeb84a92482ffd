/** `npm run bench:isolation`: what the guarantees cost where commands conflict, with two processes. */
import { writeFile } from 'node:fs/promises'
import { withClient } from '../database/client.js'
import { copyable, type CopyableDatabase } from '../database/fresh-database.js'
import { CannotRace, openDatabaseServer, type DatabaseServer } from '../database/server.js'
import { environment } from '../measure/environment.js'
import { say } from '../report/progress.js'
import { writeIsolation } from '../report/results.js'
import { inColumns } from '../report/table.js'
import { prepareTemplate } from './contenders.js'
import { HELP, readIsolationOptions, UsageError, type IsolationOptions } from './options.js'
import { runIsolationPass, type IsolationPass } from './pass.js'
import { isolationRecords, isolationVerdicts } from './record.js'
import { isolationTable, isolationVerdictTable } from './table.js'
import { ISOLATION_WORKS } from './works.js'

async function main(args: readonly string[]): Promise<void> {
  const options = readIsolationOptions(args, process.env['INIT_CWD'] ?? process.cwd())
  if (options === 'help') return void process.stdout.write(HELP)
  const server = await openDatabaseServer((message) => say(`Postgres: ${message}`))
  try {
    await Promise.race([run(args, options, server), interrupted()])
  } finally {
    await server.stop()
  }
}

async function run(
  args: readonly string[],
  options: IsolationOptions,
  server: DatabaseServer,
): Promise<void> {
  const about = environment('bench:isolation', args, server)
  const database = await copyable(server.url, 'bench_isolation', prepareTemplate)
  try {
    const passes = await runPasses(options, database)
    const records = isolationRecords(passes)
    // Of some works alone there are no ratios.
    const verdicts = options.only === undefined ? isolationVerdicts(records) : []
    say(`\n${inColumns(isolationTable(records))}\n\n${inColumns(isolationVerdictTable(verdicts))}`)
    const results = { environment: about, records, verdicts }
    if (options.json !== undefined) await writeFile(options.json, `${JSON.stringify(results, null, 2)}\n`)
    if (options.writeResults) await writeIsolation(results)
  } finally {
    await database.remove()
  }
}

async function runPasses(
  { alternations, seconds, only }: IsolationOptions,
  database: CopyableDatabase,
): Promise<IsolationPass[]> {
  const passes: IsolationPass[] = []
  const chosen = ISOLATION_WORKS.filter(({ name }) => only === undefined || name.includes(only))
  if (chosen.length === 0) throw new UsageError(`--only ${only}: no work has such a name.`)
  const planned = chosen.length * alternations
  for (let alternation = 1; alternation <= alternations; alternation++) {
    const works = alternation % 2 === 0 ? chosen.toReversed() : chosen
    for (const work of works) {
      const databaseUrl = await database.copy()
      const deadlocks = (): Promise<number> => deadlocksOf(databaseUrl)
      const pass = await runIsolationPass({ work, alternation, seconds, databaseUrl, deadlocks })
      passes.push(pass)
      const { load, service, processes, failures } = pass
      const rate = Math.round(load.requestsPerSecond).toLocaleString('en').padStart(7)
      say(
        `${String(passes.length).padStart(3)}/${planned}  ${work.name.padEnd(28)} ${service.padEnd(10)} ×${processes}  ${String(work.connections).padStart(3)} conn.  ${rate} req/s  p50 ${load.p50Ms?.toFixed(2)} ms  p99 ${load.p99Ms?.toFixed(2)} ms${failures > 0 ? `  ${failures} failures ${JSON.stringify(load.statuses)}` : ''}`,
      )
    }
  }
  return passes
}

const deadlocksOf = (databaseUrl: string): Promise<number> =>
  withClient(databaseUrl, async (client) => {
    const { rows } = await client.query<{ deadlocks: number }>(
      'select deadlocks::int from pg_stat_database where datname = current_database()',
    )
    return rows[0]!.deadlocks
  })

/** Rejects on Ctrl-C or SIGTERM; what still runs then dies with this process. */
const interrupted = (): Promise<never> =>
  new Promise((_, reject) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const)
      process.once(signal, () => reject(new Error(`Stopped by ${signal}.`)))
  })

function wordsFor(error: unknown): unknown {
  if (error instanceof UsageError) return `${error.message}\n\n${HELP}`
  return error instanceof CannotRace ? error.message : error
}

main(process.argv.slice(2)).then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(wordsFor(error))
    process.exit(error instanceof UsageError ? 2 : 1)
  },
)
