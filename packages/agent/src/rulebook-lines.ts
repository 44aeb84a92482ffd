/**
 * From an idea as the rulebook's floor names it ("connection pool exhaustion") to the entry that answers for it: the one of that title,
 * or the one that covers it. So what is written here about entries survives that they are split, joined or renamed.
 */
import { entries, type Entry } from '@keelson/rulebook'

const byLine = new Map<string, Entry>()
for (const entry of entries) for (const line of entry.covers) byLine.set(keyOf(entry.kind, line), entry)
for (const entry of entries) byLine.set(keyOf(entry.kind, entry.title), entry)

function keyOf(kind: Entry['kind'], line: string): string {
  return `${kind}:${line.toLowerCase()}`
}

/** The entry of this kind for this idea; undefined where nothing in the rulebook answers for it. */
export const entryFor = (kind: Entry['kind'], line: string): Entry | undefined =>
  byLine.get(keyOf(kind, line))

export const uriOf = ({ id }: Entry): string => `keelson://rulebook/${id}`
