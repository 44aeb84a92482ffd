/**
 * `npm run bench`: one Postgres, every contender checked, then raced in turns; what was measured is printed, and
 * written where that was asked for.
 */
import { writeFile } from 'node:fs/promises'
import { conform } from './conformance/conform.js'
import { BASELINE, CONTENDERS } from './contenders/all.js'
import { freshDatabase, type FreshDatabase } from './database/fresh-database.js'
import { CannotRace, openDatabaseServer, type DatabaseServer } from './database/server.js'
import { environment } from './measure/environment.js'
import { HELP, readOptions, UsageError, type Options } from './options.js'
import { race } from './race.js'
import { disturbance } from './report/disturbance.js'
import { passLine, say } from './report/progress.js'
import { recordsOf } from './report/record.js'
import { writeResults } from './report/results.js'
import { inColumns, recordTable, verdictTable } from './report/table.js'
import { verdictsOf } from './report/verdict.js'
import { WORKS } from './works.js'

/** What `--quick` promises, less what comes after the last pass. */
const QUICK_MS = 9.5 * 60_000

async function main(args: readonly string[]): Promise<void> {
  const beganMs = Date.now()
  const options = readOptions(args, process.env['INIT_CWD'] ?? process.cwd())
  if (options === 'help') return void process.stdout.write(HELP)
  const server = await openDatabaseServer((message) => say(`Postgres: ${message}`))
  try {
    await Promise.race([run(args, options, server, beganMs), interrupted()])
  } finally {
    await server.stop()
  }
}

async function run(
  args: readonly string[],
  options: Options,
  server: DatabaseServer,
  beganMs: number,
): Promise<void> {
  const about = environment('bench', args, server)
  say(about.postgres)
  say(
    Object.entries(about.postgresSettings)
      .map(([name, value]) => `${name} = ${value}`)
      .join(', '),
  )

  const works = WORKS.filter((work) => options.works.includes(work.name))
  const contenders = CONTENDERS.filter(
    ({ name, face }) => options.peers.includes(name) && works.some((work) => work.face === face),
  )
  const databases = new Map<string, FreshDatabase>()
  try {
    for (const contender of contenders) {
      if (!contender.shop) continue
      const database = await freshDatabase(server.url, contender.name, contender.shop)
      databases.set(contender.name, database)
      await conform(contender, contender.shop, database)
      say(`${contender.name} conforms`)
    }
    const passes = await race({
      works,
      contenders,
      databases,
      postmasterPid: server.postmasterPid,
      alternations: options.alternations,
      seconds: options.seconds,
      deadlineMs: options.quick ? beganMs + QUICK_MS : Infinity,
      onPass: (pass, done, planned) => say(passLine(pass, done, planned)),
    })
    const records = recordsOf(passes, BASELINE)
    const verdicts = verdictsOf(records)
    say(`\n${inColumns(recordTable(records))}`)
    if (verdicts.length > 0) say(`\n${inColumns(verdictTable(verdicts))}`)
    const disturbed = disturbance(passes)
    if (disturbed !== undefined) say(`\n${disturbed}`)
    if (options.json !== undefined) await writeFile(options.json, `${JSON.stringify(records, null, 2)}\n`)
    if (options.writeResults) await writeResults({ environment: about, records, verdicts })
  } finally {
    for (const database of databases.values()) await database.remove()
  }
}

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
