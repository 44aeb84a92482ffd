/**
 * Reports held against what is known. A report hits a fault where it names the same rule (or none, for tools with rules of their
 * own) and a line of the fault's statement. Each fault counts once, however often it is reported; a report that hits none is a
 * false alarm, unless an arguable one stands there.
 */
import type { Fault } from './backends.js'

export interface Report {
  /** One of ours; undefined for a tool that has other names, which is then given credit for any fault at the place. */
  readonly rule: string | undefined
  /** What the tool itself calls it. */
  readonly name: string
  readonly file: string
  readonly line: number
  readonly endLine: number
}

export interface Score {
  readonly found: readonly Fault[]
  readonly missed: readonly Fault[]
  readonly falseAlarms: readonly Report[]
  /** Reports that hit a fault or something arguable. */
  readonly right: number
}

/** The statement may begin above the place that is named (a builder's chain does), or reach below it. */
const ABOVE_LINES = 2
const BELOW_LINES = 5

function hits(report: Report, fault: Fault): boolean {
  if (fault.anywhere !== undefined && report.rule === fault.rule)
    return report.file.startsWith(fault.anywhere)
  if (report.file !== fault.file || (report.rule ?? fault.rule) !== fault.rule) return false
  const from = report.line - BELOW_LINES
  const to = Math.max(report.endLine, report.line + ABOVE_LINES)
  return [fault.line, ...(fault.related ?? [])].some((line) => line >= from && line <= to)
}

export function scoreOf(reports: readonly Report[], faults: readonly Fault[]): Score {
  const sure = faults.filter(({ arguable }) => arguable !== true)
  const found = sure.filter((fault) => reports.some((report) => hits(report, fault)))
  const falseAlarms = reports.filter((report) => !faults.some((fault) => hits(report, fault)))
  return {
    found,
    missed: sure.filter((fault) => !found.includes(fault)),
    falseAlarms,
    right: reports.length - falseAlarms.length,
  }
}

/** Of the faults that there are, those that were found; undefined where there are none. */
export const recallOf = ({ found, missed }: Score): number | undefined =>
  found.length + missed.length === 0 ? undefined : found.length / (found.length + missed.length)

/** Of the reports, those that are right; undefined where there are none. */
export const precisionOf = ({ right, falseAlarms }: Score): number | undefined =>
  right + falseAlarms.length === 0 ? undefined : right / (right + falseAlarms.length)

/** Of several backends together. */
export function together(scores: readonly Score[]): Score {
  return {
    found: scores.flatMap(({ found }) => found),
    missed: scores.flatMap(({ missed }) => missed),
    falseAlarms: scores.flatMap(({ falseAlarms }) => falseAlarms),
    right: scores.reduce((sum, { right }) => sum + right, 0),
  }
}

/** What of it is about one rule; only for reports that name our rules. */
export function ofRule(score: Score, rule: string, right: number): Score {
  return {
    found: score.found.filter((fault) => fault.rule === rule),
    missed: score.missed.filter((fault) => fault.rule === rule),
    falseAlarms: score.falseAlarms.filter((report) => report.rule === rule),
    right,
  }
}
