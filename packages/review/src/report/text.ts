/** The report for people: each finding with its code, its path, why it matters and what to do; then notes, then the sum. */
import type { Entry, Severity } from '@keelson/rulebook'
import type { Finding, Note, Step } from '../finding.js'
import type { Review } from '../review.js'
import { codeFrame } from './code-frame.js'
import { maskedLiterals } from './masked.js'
import type { Colours } from './colours.js'
import { countBySeverity, type Outcome } from './outcome.js'
import { plain } from './plain.js'
import { TextLines } from './positions.js'
import { SUPPRESSION_RULE, SUPPRESSION_WHY } from './suppression-rule.js'

const WIDTH = 100
/** More of them than this are for `--json`. */
const NOTES_MAX = 20

export function renderText(
  outcome: Outcome,
  entryOf: (id: string) => Entry | undefined,
  colours: Colours,
): string {
  const explained = new Set<string>()
  const blocks = outcome.findings.map((finding) => {
    // Why is said once a rule: the tenth reading is noise.
    const why = explained.has(finding.rule) ? undefined : whyOf(finding.rule, entryOf)
    explained.add(finding.rule)
    return renderFinding(finding, why, outcome.review, colours)
  })
  const parts = [...blocks, renderNotes(outcome.review.notes, colours), renderSummary(outcome, colours)]
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`
}

const whyOf = (rule: string, entryOf: (id: string) => Entry | undefined): string | undefined =>
  rule === SUPPRESSION_RULE.id ? SUPPRESSION_WHY : entryOf(rule)?.why

function renderFinding(finding: Finding, why: string | undefined, review: Review, colours: Colours): string {
  const { rule, severity, confidence, file, span, message, path, fix, edits = [] } = finding
  const lines = linesOf(file, review, SECRETS.has(rule))
  const place = `${plain(file)}:${span.start.line}:${span.start.column}`
  const head = `${colours.bold(place)}  ${inColour(severity, colours)}  ${rule}  ${colours.dim(confidence)}`
  const frame = lines === undefined ? [] : codeFrame(lines, span, colours)
  return [
    head,
    ...wrap(message),
    '',
    ...frame.map((line) => `  ${line}`),
    ...(path.length > 1
      ? ['', ...path.flatMap((step, at) => renderStep(step, at, review, colours, SECRETS.has(rule)))]
      : []),
    '',
    ...(why === undefined ? [] : labelled('why', why, colours)),
    ...labelled('fix', fix, colours),
    ...(edits.length > 0 ? labelled('', '--fix writes it for you.', colours) : []),
    ...labelled('more', `keelson-review --explain ${rule}`, colours),
  ].join('\n')
}

function renderStep(
  { file, span, note }: Step,
  at: number,
  review: Review,
  colours: Colours,
  isMasked: boolean,
): string[] {
  const source = linesOf(file, review, isMasked)?.line(span.start.line).trim().slice(0, WIDTH) ?? ''
  const place = `${plain(file)}:${span.start.line}:${span.start.column}`
  return [`  ${at + 1}. ${plain(note)}  ${colours.blue(place)}`, `     ${colours.dim(plain(source))}`]
}

function renderNotes(notes: readonly Note[], colours: Colours): string {
  const shown = notes.slice(0, NOTES_MAX).map(({ file, message }) => `  ${plain(file)}: ${plain(message)}`)
  const more =
    notes.length > NOTES_MAX ? [`  and ${notes.length - NOTES_MAX} more: --json tells them all`] : []
  return notes.length === 0 ? '' : [colours.bold('Notes'), ...shown, ...more].join('\n')
}

function renderSummary(outcome: Outcome, colours: Colours): string {
  const { review, findings, hidden, gone, changes } = outcome
  const counts = countBySeverity(findings).map(
    ([severity, count]) => `${count} ${inColour(severity, colours)}`,
  )
  const said =
    findings.length === 0
      ? colours.green('No findings.')
      : `${countOf(findings.length, 'finding')}: ${counts.join(', ')}.`
  const seconds = (review.elapsedMs / 1000).toFixed(1)
  const lines = review.linesRead.toLocaleString('en-US')
  return [
    `${said} ${countOf(review.filesRead, 'file')}, ${lines} lines, ${seconds} s.`,
    ...(changes === undefined ? [] : [`Only what has changed since ${plain(changes.base)} is told.`]),
    ...(review.suppressed.length === 0
      ? []
      : [`${countOf(review.suppressed.length, 'finding')} suppressed in the code.`]),
    ...(hidden.length === 0 ? [] : [`${countOf(hidden.length, 'finding')} hidden by the baseline.`]),
    ...renderGone(gone),
    ...(findings.length === 0 ? [] : [outcomeLine(outcome)]),
  ].join('\n')
}

function renderGone(gone: Outcome['gone']): string[] {
  if (gone.length === 0) return []
  const entries = gone.slice(0, NOTES_MAX).map(({ rule, file }) => `  ${plain(rule)} in ${plain(file)}`)
  const more = gone.length > NOTES_MAX ? [`  and ${gone.length - NOTES_MAX} more`] : []
  return [
    `${countOf(gone.length, 'finding')} of the baseline gone; --write-baseline takes them out:`,
    ...entries,
    ...more,
  ]
}

function outcomeLine({ failing, failOn }: Outcome): string {
  if (failOn === 'never') return 'None fails the run: --fail-on never.'
  return failing === 0
    ? `None is ${failOn} or worse.`
    : `${failing} of them ${failOn} or worse: the run fails.`
}

function inColour(severity: Severity, colours: Colours): string {
  if (severity === 'critical' || severity === 'high') return colours.red(severity)
  return severity === 'medium' ? colours.yellow(severity) : colours.blue(severity)
}

/** Rules whose findings hold what must not be shown again, in a log of CI least of all. */
const SECRETS: ReadonlySet<string> = new Set(['hard-coded-secret'])

function linesOf(file: string, { sources }: Review, isMasked: boolean): TextLines | undefined {
  const text = sources.get(file)?.text
  return text === undefined ? undefined : new TextLines(isMasked ? maskedLiterals(text) : text)
}

const countOf = (count: number, noun: string): string =>
  `${count.toLocaleString('en-US')} ${noun}${count === 1 ? '' : 's'}`

function labelled(label: string, text: string, colours: Colours): string[] {
  return wrap(text, 8).map((line, at) =>
    at === 0 ? `  ${colours.bold(label.padEnd(6))}${line.slice(8)}` : line,
  )
}

/** Breaks between words; lines of the text stay lines. */
function wrap(text: string, indent = 2): string[] {
  const margin = ' '.repeat(indent)
  return plain(text)
    .split('\n')
    .flatMap((paragraph) => {
      if (paragraph.length <= WIDTH - indent) return [margin + paragraph]
      const lines: string[] = []
      let line = ''
      for (const word of paragraph.split(' ')) {
        if (line !== '' && line.length + word.length + 1 > WIDTH - indent) {
          lines.push(line)
          line = word
        } else line = line === '' ? word : `${line} ${word}`
      }
      return [...lines, line].map((part) => margin + part)
    })
}
