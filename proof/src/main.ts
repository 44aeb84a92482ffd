/** `npm run prove`: reads the command line, runs, writes the report, says how it went. */
import { randomInt } from 'node:crypto'
import { setMaxListeners } from 'node:events'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { HELP, readOptions, SEED_MAX, UsageError, type Options } from './options.js'
import { PARTS } from './parts.js'
import { repositoryPath } from './report/environment.js'
import { page } from './report/html/page.js'
import { listing } from './report/listing.js'
import type { Terminal } from './report/progress.js'
import type { Report } from './report/report.js'
import { summary } from './report/summary.js'
import type { Parts } from './run/parts.js'
import { prove } from './run/prove.js'

const EXIT_CODES = { holds: 0, broken: 1, failed: 1, interrupted: 130 } as const

async function main(args: readonly string[]): Promise<number> {
  const options = readOptions(args, namesOf(PARTS), {
    startFolder: process.env['INIT_CWD'] ?? process.cwd(),
    resultsFolder: repositoryPath('proof/results'),
    pickSeed: () => randomInt(SEED_MAX),
  })
  if (options === 'help') return say(HELP)
  if (options === 'list') return say(listing(PARTS))
  say(`seed ${options.seeds.join(', ')}\n`)
  const report = await prove({
    args,
    options,
    parts: PARTS,
    terminal: terminal(options),
    signal: interruption(),
  })
  await write(options, report)
  say(summary(report, options, options.ci))
  return EXIT_CODES[report.verdict]
}

const namesOf = ({ createWorkloads, faults, switches }: Parts) => ({
  workloads: createWorkloads().map(({ name }) => name),
  faults: faults.map(({ name }) => name),
  switches: switches.map(({ name }) => name),
})

const terminal = ({ ci }: Options): Terminal => ({
  write: (text) => void process.stdout.write(text),
  isTerminal: process.stdout.isTTY && !ci,
  columns: process.stdout.columns,
})

/** One Ctrl-C may come twice: from the terminal, and passed on by npm. */
const SAME_SIGNAL_MS = 1000

/** The first Ctrl-C or SIGTERM ends the run in order; the second ends it at once. */
function interruption(): AbortSignal {
  const controller = new AbortController()
  // Every pause of a fault listens to it for a while.
  setMaxListeners(Infinity, controller.signal)
  let firstMs = 0
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.on(signal, () => {
      if (!controller.signal.aborted) {
        firstMs = performance.now()
        console.error(`\n${signal}: ending in order; once more to end at once.`)
        controller.abort()
      } else if (performance.now() - firstMs > SAME_SIGNAL_MS) process.exit(130)
    })
  return controller.signal
}

async function write({ json, html }: Options, report: Report): Promise<void> {
  await mkdir(dirname(json), { recursive: true })
  await mkdir(dirname(html), { recursive: true })
  await writeFile(json, `${JSON.stringify(report, null, 1)}\n`)
  await writeFile(html, page(report))
}

function say(text: string): 0 {
  process.stdout.write(text)
  return 0
}

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error instanceof UsageError ? `${error.message}\n\n${HELP}` : error)
    process.exit(error instanceof UsageError ? 2 : 1)
  },
)
