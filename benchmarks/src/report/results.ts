/** benchmarks/RESULTS.md, and beside it the raw passes that it was made from. Nothing in it is written by hand. */
import { readFile, writeFile } from 'node:fs/promises'
import { BASELINE, OURS } from '../contenders/all.js'
import { repositoryPath } from '../contenders/contender.js'
import type { Environment } from '../measure/environment.js'
import type { Pass } from '../pass.js'
import type { IsolationRecord, IsolationVerdict } from '../isolation/record.js'
import { isolationTable, isolationVerdictTable } from '../isolation/table.js'
import { disturbance } from './disturbance.js'
import type { RaceRecord } from './record.js'
import { inMarkdown, recordTable, verdictTable } from './table.js'
import type { Verdict } from './verdict.js'

export interface Results {
  readonly environment: Environment
  readonly records: readonly RaceRecord[]
  readonly verdicts: readonly Verdict[]
}

export interface IsolationResults {
  readonly environment: Environment
  readonly records: readonly IsolationRecord[]
  readonly verdicts: readonly IsolationVerdict[]
}

const RACE = 'benchmarks/RESULTS.json'
const ISOLATION = 'benchmarks/ISOLATION.json'

export async function writeResults(results: Results): Promise<void> {
  await store(RACE, results)
  await writePage()
}

export async function writeIsolation(results: IsolationResults): Promise<void> {
  await store(ISOLATION, results)
  await writePage()
}

const store = (path: string, results: object): Promise<void> =>
  writeFile(repositoryPath(path), `${JSON.stringify(results, null, 2)}\n`)

/** One page of both, each from its latest run. */
async function writePage(): Promise<void> {
  const race = JSON.parse(await readFile(repositoryPath(RACE), 'utf8')) as Results
  const isolation = await readFile(repositoryPath(ISOLATION), 'utf8').catch(() => undefined)
  const page =
    markdown(race) +
    (isolation === undefined ? '' : isolationMarkdown(JSON.parse(isolation) as IsolationResults))
  await writeFile(repositoryPath('benchmarks/RESULTS.md'), page)
}

function isolationMarkdown({ environment, records, verdicts }: IsolationResults): string {
  const alternations = Math.max(...records.map(({ passes }) => passes.length))
  return `
## What isolation costs

Written by \`${environment.command}\` on ${environment.date} at commit ${environment.commit}, from the raw passes in
[ISOLATION.json](ISOLATION.json): ${alternations} alternations, ${records[0]?.connections ?? 0} connections, two processes of the service
unless said otherwise.

${inMarkdown(isolationVerdictTable(verdicts))}

${inMarkdown(isolationTable(records))}
`
}

function markdown({ environment, records, verdicts }: Results): string {
  const passes = records.flatMap((record) => record.passes)
  return `# Results

Written by \`${environment.command}\` from the raw passes in [RESULTS.json](RESULTS.json). How it was measured stands in
[README.md](README.md).

${facts(environment, passes)}

## Targets

${OURS} against ${BASELINE}, medians of this run.

${inMarkdown(verdictTable(verdicts))}

What stands in the way of those that were missed: [PROFILE.md](PROFILE.md).

## Measurements

Requests per second and latencies are medians over the alternations; min–max is their spread. CPU seconds are those of
one pass, as the median.

${inMarkdown(recordTable(records))}
`
}

function facts(environment: Environment, passes: readonly Pass[]): string {
  const settings = Object.entries(environment.postgresSettings).map(([name, value]) => `${name} = ${value}`)
  const alternations = Math.max(...passes.map((pass) => pass.alternation))
  const measured = passes[0]?.load.seconds ?? 0
  const lines = [
    `Date: ${environment.date}`,
    `Commit: ${environment.commit}`,
    `Machine: ${environment.cores} × ${environment.cpu}, ${environment.memoryGiB} GiB, ${environment.system}; the load generator, the services and Postgres share it`,
    `Node: ${environment.node}`,
    `Postgres: ${environment.postgres}${environment.postgresEmbedded ? ' (embedded)' : ''}`,
    `Settings: ${settings.join(', ')}`,
    `Passes: ${passes.length}, in ${alternations} alternations, ${measured.toFixed(0)} s each`,
    disturbance(passes) ?? 'No pass was disturbed by other programs, as far as the machine tells.',
  ]
  return lines.map((line) => `- ${line}`).join('\n')
}
