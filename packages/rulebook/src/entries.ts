/** All entries of the three kinds, and the way from an id to its entry. */
import type { Entry } from './entry.js'
import { patterns } from './patterns.js'
import { sharpEdges } from './sharp-edges.js'
import { validations } from './validations.js'

export const entries: readonly Entry[] = [...patterns, ...sharpEdges, ...validations]

const byId: ReadonlyMap<string, Entry> = new Map(entries.map((entry) => [entry.id, entry]))

/** The entry of this id; undefined where there is none. */
export const entryOf = (id: string): Entry | undefined => byId.get(id)
