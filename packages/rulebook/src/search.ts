/** Finding entries: `search` over everything that they say, `diagnose` from symptoms to sharp edges with their checks. */
import type { Entry, SharpEdge } from './entry.js'
import { entries } from './entries.js'
import { Ranking, type Field, type Ranked } from './ranking.js'
import { sharpEdges } from './sharp-edges.js'

const field = (weight: number, ...texts: readonly string[]): Field => ({ weight, text: texts.join(' ') })

const sharedFields = (entry: Entry): Field[] => [
  field(4, entry.title, entry.id, ...entry.covers),
  field(1, entry.why, ...entry.numbers),
]

function fieldsOf(entry: Entry): Field[] {
  const shared = sharedFields(entry)
  if (entry.kind === 'pattern')
    return [...shared, field(2, entry.when), field(1, ...entry.steps, ...entry.mistakes)]
  if (entry.kind === 'validation') return [...shared, field(2, entry.looksFor), field(1, entry.fix)]
  return [
    ...shared,
    field(3, ...entry.symptoms),
    field(1, entry.mechanism, ...entry.confirm, ...entry.wayOut),
  ]
}

const byKind = {
  pattern: new Ranking(
    entries.filter(({ kind }) => kind === 'pattern'),
    fieldsOf,
  ),
  'sharp-edge': new Ranking(
    entries.filter(({ kind }) => kind === 'sharp-edge'),
    fieldsOf,
  ),
  validation: new Ranking(
    entries.filter(({ kind }) => kind === 'validation'),
    fieldsOf,
  ),
} as const
const whole = new Ranking(entries, fieldsOf)

export interface SearchOptions {
  /** Default: all three. */
  readonly kind?: Entry['kind'] | undefined
  /** Default: 10. */
  readonly max?: number | undefined
}

/** Entries that speak of what was asked, best first; none where no word is known. */
export function search(query: string, { kind, max = 10 }: SearchOptions = {}): Ranked<Entry>[] {
  return (kind === undefined ? whole : byKind[kind]).rank(query, max)
}

const bySymptoms = new Ranking(sharpEdges, (edge) => [
  field(4, ...edge.symptoms),
  field(2, edge.title, ...edge.covers),
  field(1, edge.mechanism, edge.why),
])

/** A sharp edge that may be the cause, and how to find out whether it is. */
export interface Diagnosis {
  readonly edge: SharpEdge
  readonly score: number
  /** Checks that tell it from its look-alikes; run these before believing it. */
  readonly confirm: readonly string[]
}

/** Sharp edges whose symptoms are like these, most likely first. */
export function diagnose(symptoms: string, { max = 5 }: { readonly max?: number } = {}): Diagnosis[] {
  return bySymptoms
    .rank(symptoms, max)
    .map(({ found, score }) => ({ edge: found, score, confirm: found.confirm }))
}
