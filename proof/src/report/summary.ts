/** The end of a run on the terminal: a line for each fault and switch, findings in full, where the report lies. */
import { faultOutcomes, switchOutcomes, totals, type FaultOutcome, type SwitchOutcome } from './outcomes.js'
import type { FindingRecord, Report } from './report.js'
import { clockTime } from './progress.js'

export interface Written {
  readonly json: string
  readonly html: string
}

export function summary(report: Report, written: Written, isCi: boolean): string {
  const outcomes = faultOutcomes(report)
  const switches = switchOutcomes(report)
  const width = Math.max(0, ...[...outcomes, ...switches].map(({ name }) => name.length))
  const { passed, failed } = totals(report)
  const blocks = [
    outcomes.map((outcome) => faultLine(outcome, width)).join('\n'),
    switches.map((broken) => switchLine(broken, width)).join('\n'),
    ...report.findings.map(findingBlock),
    report.findingsOmitted > 0 ? `… and ${report.findingsOmitted} findings more` : '',
    report.problems.map(({ where, message }) => `problem  ${where}: ${message}`).join('\n'),
    [verdictLine(report), `report   ${written.html}`, `         ${written.json}`].join('\n'),
    isCi ? `${passed} passed, ${failed} failed` : '',
  ]
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`
}

function faultLine(
  { name, state, times, seconds, findings, errors, unavailable }: FaultOutcome,
  width: number,
): string {
  const head = `fault    ${name.padEnd(width)}  `
  if (state === 'unavailable') return `${head}not possible here: ${unavailable ?? ''}`
  if (state === 'open') return `${head}NOT REACHED`
  const failures = [
    findings > 0 ? `${findings} FINDING${findings === 1 ? '' : 'S'}` : '',
    errors > 0 ? `${errors} ERROR${errors === 1 ? '' : 'S'}` : '',
  ].filter((part) => part !== '')
  return `${head}${failures.join(', ') || 'ok'}  ${times} × ${seconds.toFixed(1)} s`
}

function switchLine(broken: SwitchOutcome, width: number): string {
  const { name, caught, runs, found, expects, missedSeeds, slowestSeconds } = broken
  const times = runs === 1 ? '' : ` ${caught} of ${runs}`
  const seen = found.length === 0 ? 'nothing found' : `found ${found.join(', ')}`
  const head = `switch   ${name.padEnd(width)}  `
  if (caught === runs) return `${head}caught${times}: ${found.join(', ')}  ≤ ${slowestSeconds.toFixed(1)} s`
  return `${head}NOT CAUGHT${times}: expected ${expects.join(' or ')}, ${seen}; seed ${missedSeeds.join(', ')}`
}

const findingBlock = (finding: FindingRecord): string =>
  [
    `FINDING  ${finding.anomaly} in ${finding.workload}: ${finding.message}`,
    `         at ${clockTime(finding.atMs)}, seed ${finding.seed}, round ${finding.round}, ${finding.faults.join(' + ') || 'no fault'}`,
    ...finding.evidence.map((line) => `         | ${line}`),
    `         again: ${finding.replay}`,
  ].join('\n')

export function verdictWords({
  verdict,
  findings,
  findingsOmitted,
  problems,
  rounds,
  switches,
}: Report): string {
  const missed = switches.filter((broken) => !broken.caught).length
  const found = findings.length + findingsOmitted
  const counts = [
    found > 0 ? `${found} finding${found === 1 ? '' : 's'}` : '',
    missed > 0 ? `${missed} switch${missed === 1 ? '' : 'es'} not caught` : '',
    problems.length > 0
      ? `${problems.length} problem${problems.length === 1 ? '' : 's'} of the proof itself`
      : '',
  ].filter((part) => part !== '')
  if (verdict === 'holds') {
    if (switches.length === 0) return 'No finding'
    return rounds.length === 0 ? 'Every switch caught' : 'No finding, every switch caught'
  }
  if (verdict === 'interrupted') return 'Interrupted, no finding until then'
  return counts.join(', ')
}

function verdictLine(report: Report): string {
  const requests = report.latency.overall.count.toLocaleString('en')
  return `result   ${verdictWords(report)}; ${requests} requests, ${report.rounds.length} rounds, ${clockTime(report.seconds * 1000)}`
}
