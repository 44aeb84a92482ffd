/**
 * Views of the whole rulebook: the pages of docs/rulebook, and one reference for each kind, as agents read them. A test
 * proves that the pages on the disk are these.
 */
import type { Entry, Severity } from './entry.js'
import { entries } from './entries.js'
import { FOLDERS, renderEntry } from './render-entry.js'

const TITLES: Readonly<Record<Entry['kind'], string>> = {
  pattern: 'Patterns',
  'sharp-edge': 'Sharp edges',
  validation: 'Validations',
}
const LEADS: Readonly<Record<Entry['kind'], string>> = {
  pattern: 'How to build it right: when, in which order, with which numbers, and what is usually got wrong.',
  'sharp-edge': 'What goes wrong, why, how one notices, how to confirm it, and the way out.',
  validation: 'What a review looks for, what it spares, and the fix.',
}
const SEVERITIES: readonly Severity[] = ['critical', 'high', 'medium', 'low']
const KINDS = Object.keys(TITLES) as Entry['kind'][]

const ofKind = (kind: Entry['kind']): Entry[] => entries.filter((entry) => entry.kind === kind)

/** Pages by their path below docs/rulebook. */
export function renderBook(): ReadonlyMap<string, string> {
  const pages = entries.map((entry) => [`${FOLDERS[entry.kind]}/${entry.id}.md`, renderEntry(entry)] as const)
  return new Map([['README.md', renderIndex()], ...pages])
}

/** All entries of a kind in one document, with links between them. */
export function renderReference(kind: Entry['kind']): string {
  const own = ofKind(kind)
  // Within the document a link names the heading by the entry's id; other kinds are in other documents.
  const linkTo = (entry: Entry): string | undefined => (entry.kind === kind ? `#${entry.id}` : undefined)
  const contents = own.map((entry) => `- [${entry.title}](#${entry.id})`).join('\n')
  const texts = own.map((entry) => `<a id="${entry.id}"></a>\n\n${renderEntry(entry, { level: 2, linkTo })}`)
  return [`# ${TITLES[kind]}`, LEADS[kind], contents, ...texts].join('\n\n')
}

function renderIndex(): string {
  const lead =
    'What a backend engineer knows, an entry a page. Written by `npm run rulebook` from `packages/rulebook/src`: change it there.'
  return `${['# The rulebook', lead, ...KINDS.flatMap(indexOf)].join('\n\n')}\n`
}

function indexOf(kind: Entry['kind']): string[] {
  const own = ofKind(kind)
  if (own.length === 0) return []
  return [`## ${TITLES[kind]}`, LEADS[kind], ...(kind === 'pattern' ? [links(own)] : bySeverity(own))]
}

const bySeverity = (own: readonly Entry[]): string[] =>
  SEVERITIES.flatMap((severity) => {
    const found = own.filter((entry) => entry.kind !== 'pattern' && entry.severity === severity)
    return found.length === 0 ? [] : [`### ${severity[0]!.toUpperCase()}${severity.slice(1)}`, links(found)]
  })

const links = (own: readonly Entry[]): string =>
  own.map((entry) => `- [${entry.title}](${FOLDERS[entry.kind]}/${entry.id}.md)`).join('\n')
