/** What the rulebook says about rules; it is loaded only when somebody asks. */
import type { Entry } from '@keelson/rulebook'
import { CHECKERS, rulesOf } from '../checkers.js'
import { suggestion } from '../nearest.js'
import { SUPPRESSION_FIX, SUPPRESSION_RULE, SUPPRESSION_WHY } from '../report/suppression-rule.js'
import { UsageError } from './failure.js'

export interface Book {
  readonly entryOf: (id: string) => Entry | undefined
  /** An entry as Markdown; siblings are named by their title. */
  readonly render: (entry: Entry) => string
}

export async function openBook(): Promise<Book> {
  const { entryOf, renderEntry } = await import('@keelson/rulebook')
  return { entryOf, render: (entry) => renderEntry(entry, { linkTo: () => undefined }) }
}

/** Any entry of the rulebook, or a rule that has none yet. Throws UsageError. */
export async function explain(id: string): Promise<string> {
  if (id === SUPPRESSION_RULE.id)
    return `# ${SUPPRESSION_RULE.title}\n\n${SUPPRESSION_WHY}\n\n${SUPPRESSION_FIX}\n`
  const { entries } = await import('@keelson/rulebook')
  const { entryOf, render } = await openBook()
  const entry = entryOf(id)
  if (entry !== undefined) return render(entry)
  const rules = rulesOf(CHECKERS)
  const rule = rules.find((known) => known.id === id)
  if (rule !== undefined)
    return `# ${rule.title}\n\nSeverity: ${rule.severity}. The rulebook has no entry on it.\n`
  const ids = [...new Set([...entries, ...rules].map((known) => known.id))]
  throw new UsageError(
    `There is no rule or entry \`${id}\`.${suggestion(id, ids)} --list-rules shows the rules.`,
  )
}

export function listRules(): string {
  const rules = rulesOf(CHECKERS)
  const width = Math.max(...rules.map(({ id }) => id.length))
  return rules
    .map(({ id, severity, title }) => `${id.padEnd(width)}  ${severity.padEnd(8)}  ${title}\n`)
    .join('')
}
