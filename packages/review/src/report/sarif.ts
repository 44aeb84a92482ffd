/**
 * SARIF 2.1.0 (OASIS): for code scanning of GitHub and others. Suppressed findings and those of the baseline are results with their
 * suppression, as the standard wants it. Columns are UTF-16 units, as ours.
 */
import { pathToFileURL } from 'node:url'
import type { Entry, Severity } from '@keelson/rulebook'
import type { RuleInfo } from '../checker.js'
import type { Edit, Finding, Note, Span, Step } from '../finding.js'
import type { Review } from '../review.js'
import type { Outcome } from './outcome.js'
import { TextLines } from './positions.js'
import { SUPPRESSION_FIX, SUPPRESSION_RULE, SUPPRESSION_WHY } from './suppression-rule.js'

export interface RuleHelp {
  readonly entryOf: (id: string) => Entry | undefined
  /** The whole entry as Markdown. */
  readonly render: (entry: Entry) => string
}

const LEVELS: Readonly<Record<Severity, 'error' | 'warning' | 'note'>> = {
  critical: 'error',
  high: 'error',
  medium: 'warning',
  low: 'note',
}
const PROBLEM_SEVERITIES = { error: 'error', warning: 'warning', note: 'recommendation' } as const

export function renderSarif(outcome: Outcome, help: RuleHelp, version: string): string {
  const { review, rules, findings, hidden } = outcome
  const result = resultMaker(review, rules)
  const log = {
    $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'keelson-review', version, rules: rules.map((rule) => ruleOf(rule, help)) } },
        columnKind: 'utf16CodeUnits',
        originalUriBaseIds: { SRCROOT: { uri: pathToFileURL(`${review.root}/`).href } },
        invocations: [
          { executionSuccessful: true, toolExecutionNotifications: review.notes.map(notificationOf) },
        ],
        results: [
          ...findings.map((finding) => result(finding)),
          ...hidden.map((finding) =>
            result(finding, { kind: 'external', justification: 'In the baseline.' }),
          ),
          ...review.suppressed.map(({ finding, reason }) =>
            result(finding, { kind: 'inSource', justification: reason }),
          ),
        ],
      },
    ],
  }
  return `${JSON.stringify(log, undefined, 2)}\n`
}

function ruleOf({ id, title, severity }: RuleInfo, { entryOf, render }: RuleHelp) {
  const entry = entryOf(id)
  const level = LEVELS[severity]
  const isOwn = id === SUPPRESSION_RULE.id
  const why = isOwn ? SUPPRESSION_WHY : (entry?.why ?? title)
  const fix = isOwn ? SUPPRESSION_FIX : entry?.kind === 'validation' ? entry.fix : ''
  return {
    id,
    shortDescription: { text: title },
    fullDescription: { text: why },
    help: {
      text: [why, fix].filter((text) => text !== '').join('\n\n'),
      ...(entry === undefined ? {} : { markdown: render(entry) }),
    },
    defaultConfiguration: { level },
    properties: { severity, 'problem.severity': PROBLEM_SEVERITIES[level] },
  }
}

interface Suppression {
  readonly kind: 'inSource' | 'external'
  readonly justification: string
}

function resultMaker(review: Review, rules: readonly RuleInfo[]) {
  const indices = new Map(rules.map(({ id }, at) => [id, at]))
  return (finding: Finding, suppression?: Suppression) => {
    const { rule, severity, confidence, file, span, message, path, fix, edits = [] } = finding
    return {
      ruleId: rule,
      ruleIndex: indices.get(rule) ?? -1,
      level: LEVELS[severity],
      message: { text: `${message} ${fix}` },
      locations: [{ physicalLocation: physicalLocation(file, span) }],
      partialFingerprints: { 'keelsonReview/v1': review.fingerprints.get(finding)! },
      ...(path.length === 0 ? {} : { codeFlows: [codeFlow(path)] }),
      ...(edits.length === 0
        ? {}
        : { fixes: [{ description: { text: fix }, artifactChanges: changesOf(edits, review) }] }),
      ...(suppression === undefined ? {} : { suppressions: [suppression] }),
      properties: { severity, confidence },
    }
  }
}

const codeFlow = (path: readonly Step[]) => ({
  threadFlows: [
    {
      locations: path.map(({ file, span, note }) => ({
        location: { physicalLocation: physicalLocation(file, span), message: { text: note } },
      })),
    },
  ],
})

const physicalLocation = (file: string, span: Span) => ({
  artifactLocation: artifactLocation(file),
  region: regionOf(span),
})

const artifactLocation = (file: string) => ({
  uri: file.split('/').map(encodeURIComponent).join('/'),
  uriBaseId: 'SRCROOT',
})

const regionOf = ({ start, end }: Span) => ({
  startLine: start.line,
  startColumn: start.column,
  endLine: end.line,
  endColumn: end.column,
})

function changesOf(edits: readonly Edit[], { sources }: Review) {
  const files = [...new Set(edits.map(({ file }) => file))]
  return files.map((file) => {
    const lines = new TextLines(sources.get(file)?.text ?? '')
    return {
      artifactLocation: artifactLocation(file),
      replacements: edits
        .filter((edit) => edit.file === file)
        .map(({ start, end, text }) => ({
          deletedRegion: regionOf(lines.span(start, end)),
          insertedContent: { text },
        })),
    }
  })
}

const notificationOf = ({ file, message, isDefect }: Note) => ({
  level: isDefect === true ? 'error' : 'note',
  message: { text: message },
  ...(file === '.'
    ? {}
    : { locations: [{ physicalLocation: { artifactLocation: artifactLocation(file) } }] }),
})
