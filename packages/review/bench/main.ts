/**
 * `npm run review:bench`: how much the reviewer finds of what is wrong in whole backends, how often it cries wolf, and what the
 * tools of the field find in the same places. With `--check` it fails below the targets.
 */
import { parseArgs } from 'node:util'
import { review } from '../src/index.js'
import { readBackends, type Backend } from './backends.js'
import { ofRule, precisionOf, recallOf, scoreOf, together, type Report, type Score } from './score.js'

const TARGETS = { recall: 0.85, precision: 0.95 }

const HELP = `npm run review:bench -- [options]

  --check     fail where recall is under ${TARGETS.recall * 100} %, precision under ${TARGETS.precision * 100} %, or a clean backend has a finding
  --others    the tools of the field too (about a minute)
  --details   every miss and every false alarm
  --only NAME this backend
`

const { values } = parseArgs({
  options: {
    check: { type: 'boolean', default: false },
    others: { type: 'boolean', default: false },
    details: { type: 'boolean', default: false },
    only: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
})

async function main(): Promise<void> {
  const backends = readBackends().filter(({ name }) => values.only === undefined || name === values.only)
  const ours = await Promise.all(backends.map(reportsOf))
  const scores = backends.map(({ faults }, at) => scoreOf(ours[at]!, faults))
  console.log(
    table([['backend', ...HEADS], ...backends.map(({ name }, at) => [name, ...cells(scores[at]!)])]),
  )
  console.log(`\n${table(byRule(backends, ours, scores))}`)
  if (values.details) for (const [at, score] of scores.entries()) tellDetails(backends[at]!, score)
  if (values.others) await tellOthers(backends, scores)
  if (values.check) check(backends, scores)
}

async function reportsOf({ folder, name }: Backend): Promise<Report[]> {
  const { findings, notes, filesRead, linesRead, elapsedMs } = await review(folder)
  console.log(`${name}: ${filesRead} files, ${linesRead} lines, ${Math.round(elapsedMs)} ms`)
  for (const { file, message } of notes) console.log(`  note: ${file}: ${message}`)
  return findings.map(({ rule, file, span }) => ({
    rule,
    name: rule,
    file,
    line: span.start.line,
    endLine: span.end.line,
  }))
}

const HEADS = ['faults', 'found', 'reports', 'false alarms', 'recall', 'precision']

const percent = (part: number | undefined): string =>
  part === undefined ? '–' : `${(part * 100).toFixed(1)} %`

const cells = (score: Score): string[] => [
  String(score.found.length + score.missed.length),
  String(score.found.length),
  String(score.right + score.falseAlarms.length),
  String(score.falseAlarms.length),
  percent(recallOf(score)),
  percent(precisionOf(score)),
]

function byRule(
  backends: readonly Backend[],
  ours: readonly (readonly Report[])[],
  scores: readonly Score[],
): string[][] {
  const all = together(scores)
  const rules = new Set([
    ...backends.flatMap(({ faults }) => faults.map(({ rule }) => rule)),
    ...ours.flat().map(({ name }) => name),
  ])
  const rows = [...rules].toSorted().map((rule) => {
    const reports = ours.flat().filter((report) => report.rule === rule).length
    const falseAlarms = all.falseAlarms.filter((report) => report.rule === rule).length
    return [rule, ...cells(ofRule(all, rule, reports - falseAlarms))]
  })
  return [['rule', ...HEADS], ...rows, ['together', ...cells(all)]]
}

function tellDetails({ name }: Backend, { missed, falseAlarms }: Score): void {
  for (const { rule, file, line, what } of missed)
    console.log(`missed       ${name}/${file}:${line} ${rule}: ${what}`)
  for (const { file, line, name: rule } of falseAlarms)
    console.log(`false alarm  ${name}/${file}:${line} ${rule}`)
}

/** Their findings where nothing of ours is wrong may be right: only how many there are is told. */
async function tellOthers(backends: readonly Backend[], scores: readonly Score[]): Promise<void> {
  // Loaded only here: it takes seconds.
  const { OTHER_TOOLS } = await import('./other-tools.js')
  const rows: string[][] = []
  for (const { name, run } of OTHER_TOOLS) {
    const theirs: Score[] = []
    for (const backend of backends) theirs.push(scoreOf(await run(backend), backend.faults))
    const { found, missed, right, falseAlarms } = together(theirs)
    const all = found.length + missed.length
    rows.push([
      name,
      String(found.length),
      percent(found.length / all),
      String(right),
      String(falseAlarms.length),
    ])
  }
  const { found, missed, right, falseAlarms } = together(scores)
  rows.unshift([
    '@keelson/review',
    String(found.length),
    percent(found.length / (found.length + missed.length)),
    String(right),
    String(falseAlarms.length),
  ])
  console.log(`\n${table([['tool', 'faults found', 'of all', 'reports at faults', 'elsewhere'], ...rows])}`)
}

function check(backends: readonly Backend[], scores: readonly Score[]): void {
  const all = together(scores)
  const problems: string[] = []
  if ((recallOf(all) ?? 1) < TARGETS.recall) problems.push(`recall is ${percent(recallOf(all))}`)
  if ((precisionOf(all) ?? 1) < TARGETS.precision) problems.push(`precision is ${percent(precisionOf(all))}`)
  for (const [at, { clean, name }] of backends.entries())
    if (clean && scores[at]!.falseAlarms.length > 0) problems.push(`${name} is clean, and has findings`)
  if (problems.length === 0) return
  console.error(`\nNot good enough: ${problems.join('; ')}. See --details.`)
  process.exitCode = 1
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, at) => Math.max(...rows.map((row) => row[at]!.length)))
  return rows
    .map((row) =>
      row.map((cell, at) => (at === 0 ? cell.padEnd(widths[at]!) : cell.padStart(widths[at]!))).join('  '),
    )
    .join('\n')
}

if (values.help) process.stdout.write(HELP)
else await main()
