/**
 * Suppressions: `// keelson-ignore RULE, RULE -- reason` (`--` opens the comment in SQL) behind the code or above it. One holds for a
 * finding that begins on its line, or on the first line below that is more than a comment. Without a reason it is not
 * applied and is a finding itself; one that nothing needs is a note, so that none outlives its cause.
 */
import type { Finding, Note, Span } from '../finding.js'
import { suggestion } from '../nearest.js'
import type { SourceFile } from '../sources/source-file.js'
import { commentsOf, type Comment } from './comments.js'
import { TextLines } from './positions.js'
import { SUPPRESSION_FIX, SUPPRESSION_RULE } from './suppression-rule.js'

export interface Suppressed {
  readonly finding: Finding
  readonly reason: string
}

export interface Judged {
  /** What stays, with findings about suppressions. */
  readonly findings: readonly Finding[]
  readonly suppressed: readonly Suppressed[]
  readonly notes: readonly Note[]
}

interface Suppression {
  readonly rules: readonly string[]
  readonly reason: string
  /** The comment's place. */
  readonly span: Span
  /** Lines on which findings begin that it holds for. */
  readonly lines: ReadonlySet<number>
}

export interface KnownRules {
  readonly ids: readonly string[]
  isOn(rule: string): boolean
}

const WORD = 'keelson-ignore'

export function judge(findings: readonly Finding[], files: readonly SourceFile[], known: KnownRules): Judged {
  const suppressions = new Map(
    files.filter(({ text }) => text.includes(WORD)).map((file) => [file.path, suppressionsOf(file)]),
  )
  const used = new Set<string>()
  const kept: Finding[] = []
  const suppressed: Suppressed[] = []
  for (const finding of findings) {
    const found = suppressions.get(finding.file)?.find((suppression) => holdsFor(suppression, finding))
    if (found === undefined) kept.push(finding)
    else {
      used.add(keyOf(finding.file, found, finding.rule))
      suppressed.push({ finding, reason: found.reason })
    }
  }
  const all = [...suppressions].flatMap(([file, list]) => list.map((suppression) => ({ file, suppression })))
  const complaints = known.isOn(SUPPRESSION_RULE.id) ? all.flatMap(withoutReason) : []
  const notes = all.flatMap(({ file, suppression }) => notesOn(file, suppression, used, known))
  return { findings: [...kept, ...complaints], suppressed, notes }
}

const holdsFor = ({ rules, reason, lines }: Suppression, { rule, span }: Finding): boolean =>
  reason !== '' && rules.includes(rule) && lines.has(span.start.line)

const keyOf = (file: string, { span }: Suppression, rule: string): string =>
  `${file}\n${span.start.offset}\n${rule}`

function withoutReason({ file, suppression }: { file: string; suppression: Suppression }): Finding[] {
  const { rules, reason, span } = suppression
  if (reason !== '' && rules.length > 0) return []
  const { id: rule, severity } = SUPPRESSION_RULE
  const message =
    rules.length === 0
      ? 'The suppression names no rule, and is not applied.'
      : `\`${rules.join(', ')}\` is suppressed without a reason; the suppression is not applied.`
  return [{ rule, severity, confidence: 'certain', file, span, message, path: [], fix: SUPPRESSION_FIX }]
}

function notesOn(
  file: string,
  suppression: Suppression,
  used: ReadonlySet<string>,
  known: KnownRules,
): Note[] {
  const { rules, reason, span } = suppression
  const where = `line ${span.start.line}: `
  return rules.flatMap((rule) => {
    if (!known.ids.includes(rule))
      return [
        { file, message: `${where}there is no rule \`${rule}\` to suppress.${suggestion(rule, known.ids)}` },
      ]
    if (reason === '' || used.has(keyOf(file, suppression, rule)) || !known.isOn(rule)) return []
    return [
      { file, message: `${where}nothing here is found by \`${rule}\` any more: remove the suppression` },
    ]
  })
}

function suppressionsOf(file: SourceFile): readonly Suppression[] {
  const comments = commentsOf(file)
  const lines = new TextLines(file.text)
  return comments.flatMap((comment) => {
    // The word opens the comment: prose that mentions it, as this does, suppresses nothing.
    const match = /^[\s*]*keelson-ignore(?![\w-])([^]*)$/.exec(comment.text)
    if (match === null) return []
    const [, named = '', given = ''] = /^([^]*?)(?:\s--\s*([^]*))?$/.exec(match[1]!) ?? []
    return [
      {
        rules: named.split(/[\s,]+/).filter((word) => word !== ''),
        reason: given.trim(),
        span: lines.span(comment.start, comment.end),
        lines: linesHeld(file.text, comment, comments, lines),
      },
    ]
  })
}

/** Its own lines where code stands before it; else those and the first below that holds more than comments. */
function linesHeld(
  text: string,
  comment: Comment,
  comments: readonly Comment[],
  lines: TextLines,
): ReadonlySet<number> {
  const own = lines.at(comment.start)
  const last = lines.at(comment.end)
  const before = text.slice(comment.start - own.column + 1, comment.start)
  const held = new Set([own.line, last.line])
  // `{/*` is how a comment stands alone in JSX.
  if (before.trim() !== '' && before.trim() !== '{') return held
  let end = comment.end
  for (;;) {
    const code = firstCodeAt(text, end)
    const next = comments.find(({ start }) => start === code)
    if (next === undefined) {
      held.add(lines.at(code).line)
      return held
    }
    end = next.end
  }
}

/** Where the text goes on behind spaces and the brace that closes a comment in JSX. */
function firstCodeAt(text: string, from: number): number {
  const rest = /(?:[ \t]*\}[ \t]*\r?\n)?\s*/y
  rest.lastIndex = from
  rest.exec(text)
  return Math.max(from, rest.lastIndex)
}
