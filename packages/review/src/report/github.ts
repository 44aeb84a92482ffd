/** Workflow commands of GitHub Actions: each finding becomes an annotation of the change. */
import { relative, sep } from 'node:path'
import type { Severity } from '@keelson/rulebook'
import type { Finding } from '../finding.js'
import type { Outcome } from './outcome.js'

const COMMANDS: Readonly<Record<Severity, string>> = {
  critical: 'error',
  high: 'error',
  medium: 'warning',
  low: 'notice',
}

/** `workspace` is where the repository is checked out (GITHUB_WORKSPACE): annotations name files from there. */
export function renderGithub({ review, findings }: Outcome, workspace: string | undefined): string {
  const below = workspace === undefined ? '' : relative(workspace, review.root).split(sep).join('/')
  const prefix = below === '' || below.startsWith('..') ? '' : `${below}/`
  return findings.map((finding) => `${annotation(finding, prefix)}\n`).join('')
}

function annotation(
  { rule, severity, confidence, file, span, message, fix }: Finding,
  prefix: string,
): string {
  const { start, end } = span
  const properties = {
    file: prefix + file,
    line: String(start.line),
    endLine: String(end.line),
    // GitHub takes columns only for places within one line.
    ...(start.line === end.line ? { col: String(start.column), endColumn: String(end.column) } : {}),
    title: `${rule} (${severity}, ${confidence})`,
  }
  const words = Object.entries(properties).map(([name, value]) => `${name}=${escapedProperty(value)}`)
  return `::${COMMANDS[severity]} ${words.join(',')}::${escaped(`${message}\n${fix}`)}`
}

const escaped = (text: string): string =>
  text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')

const escapedProperty = (text: string): string => escaped(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
