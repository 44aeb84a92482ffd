/** An entry as Markdown, for reading. Links to siblings are relative to docs/rulebook/<kind>/. */
import type { Code, Entry, Pattern, SharpEdge, Validation } from './entry.js'
import { entryOf } from './entries.js'

/** The folder of each kind in docs/rulebook. */
export const FOLDERS: Readonly<Record<Entry['kind'], string>> = {
  pattern: 'patterns',
  'sharp-edge': 'sharp-edges',
  validation: 'validations',
}

export interface RenderOptions {
  /** From an entry to where a link to it should point; undefined writes its title without a link. */
  readonly linkTo?: (entry: Entry) => string | undefined
  /** Level of the title's heading. Default 1. */
  readonly level?: number
}

const pageOf = (entry: Entry): string => `../${FOLDERS[entry.kind]}/${entry.id}.md`

/** The whole entry. */
export function renderEntry(entry: Entry, { linkTo = pageOf, level = 1 }: RenderOptions = {}): string {
  const heading = (below: number, title: string): string => `${'#'.repeat(level + below)} ${title}`
  const parts = [
    heading(0, entry.title),
    labelOf(entry),
    entry.why,
    ...bodyOf(entry, (title) => heading(1, title)),
    ...section(heading(1, 'Numbers'), entry.numbers),
    ...section(
      heading(1, 'Read next'),
      entry.siblings.map((id) => linked(id, linkTo)),
    ),
  ]
  return `${parts.join('\n\n')}\n`
}

function linked(id: string, linkTo: NonNullable<RenderOptions['linkTo']>): string {
  const sibling = entryOf(id)
  if (sibling === undefined) return `\`${id}\``
  const target = linkTo(sibling)
  return target === undefined ? `${sibling.title} (\`${id}\`)` : `[${sibling.title}](${target})`
}

/** What it is, at a glance. */
function labelOf(entry: Entry): string {
  if (entry.kind === 'pattern') return `Pattern \`${entry.id}\``
  if (entry.kind === 'sharp-edge') return `Sharp edge \`${entry.id}\` · severity: **${entry.severity}**`
  const executed =
    entry.executedBy === 'rule' ? 'decided by `@keelson/review`' : 'looked for by a person or an agent'
  return `Validation \`${entry.id}\` · severity: **${entry.severity}** · ${executed}`
}

type Heading = (title: string) => string

function bodyOf(entry: Entry, heading: Heading): string[] {
  if (entry.kind === 'pattern') return patternBody(entry, heading)
  return entry.kind === 'sharp-edge' ? edgeBody(entry, heading) : validationBody(entry, heading)
}

const patternBody = (entry: Pattern, heading: Heading): string[] => [
  heading('When, and when not'),
  entry.when,
  heading('Steps'),
  numbered(entry.steps),
  ...code(heading, 'With Keelson', entry.withKeelson),
  ...code(heading, 'By hand', entry.byHand),
  ...section(heading('What is usually got wrong'), entry.mistakes),
]

const edgeBody = (entry: SharpEdge, heading: Heading): string[] => [
  ...section(heading('Symptoms'), entry.symptoms),
  heading('Mechanism'),
  entry.mechanism,
  ...section(heading('How to confirm it'), entry.confirm),
  heading('The way out'),
  numbered(entry.wayOut),
  ...code(heading, 'Wrong', entry.wrong),
  ...code(heading, 'Right', entry.right),
  ...(entry.reproduction === undefined
    ? []
    : [heading('Reproduction'), `\`packages/rulebook/test/reproductions/${entry.reproduction}\``]),
]

const validationBody = (entry: Validation, heading: Heading): string[] => [
  heading('What it looks for'),
  entry.looksFor,
  ...section(heading('What it spares'), entry.sparesFor),
  heading('Fix'),
  entry.fix,
  ...code(heading, 'Wrong', entry.wrong),
  ...code(heading, 'Right', entry.right),
]

const numbered = (lines: readonly string[]): string =>
  lines.map((line, at) => `${at + 1}. ${line}`).join('\n')

const section = (heading: string, lines: readonly string[]): string[] =>
  lines.length === 0 ? [] : [heading, lines.map((line) => `- ${line}`).join('\n')]

const code = (heading: Heading, title: string, { language, stack, text }: Code): string[] => [
  heading(title),
  `${stack}:`,
  `\`\`\`${language}\n${text.trim()}\n\`\`\``,
]
