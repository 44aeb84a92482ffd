/**
 * Applies the edits that findings offer. The edits of a finding are applied all or none; a finding whose edits touch those of another
 * waits for the next run. Before anything is written, every file must still be what was reviewed.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import type { Edit, Finding } from '../finding.js'
import { encode } from '../sources/decode.js'
import type { SourceFile } from '../sources/source-file.js'

export interface Fixes {
  /** Findings whose edits are in `texts`. */
  readonly fixed: readonly Finding[]
  /** Findings that offer edits which were not taken, and why. */
  readonly left: readonly { readonly finding: Finding; readonly reason: string }[]
  /** New texts by path. */
  readonly texts: ReadonlyMap<string, string>
}

/** Decides what can be applied together, and makes the new texts; writes nothing. */
export function planFixes(findings: readonly Finding[], sources: ReadonlyMap<string, SourceFile>): Fixes {
  const taken = new Map<string, Edit[]>()
  const fixed: Finding[] = []
  const left: { finding: Finding; reason: string }[] = []
  for (const finding of findings) {
    const { edits = [] } = finding
    if (edits.length === 0) continue
    const reason = edits
      .map((edit) => obstacle(edit, edits, taken, sources))
      .find((text) => text !== undefined)
    if (reason !== undefined) {
      left.push({ finding, reason })
      continue
    }
    for (const edit of edits) taken.set(edit.file, [...(taken.get(edit.file) ?? []), edit])
    fixed.push(finding)
  }
  const texts = new Map(
    [...taken].map(([path, edits]) => [path, edited(sources.get(path)!.text, edits)] as const),
  )
  return { fixed, left, texts }
}

function obstacle(
  edit: Edit,
  own: readonly Edit[],
  taken: ReadonlyMap<string, readonly Edit[]>,
  sources: ReadonlyMap<string, SourceFile>,
): string | undefined {
  const source = sources.get(edit.file)
  if (source === undefined) return `${edit.file} was not read`
  if (edit.start < 0 || edit.end < edit.start || edit.end > source.text.length)
    return `its edit leaves ${edit.file}: a defect of the reviewer`
  if (own.some((other) => other !== edit && touches(edit, other)))
    return 'its edits overlap: a defect of the reviewer'
  if ((taken.get(edit.file) ?? []).some((other) => touches(edit, other)))
    return 'it overlaps with another fix: run --fix again'
  return isUnchanged(source) ? undefined : `${edit.file} has changed since it was read, or is no UTF-8`
}

/** Two insertions at one place touch as well: their order would be a guess. */
const touches = (a: Edit, b: Edit): boolean =>
  a.file === b.file && (a.start < b.end || a.start === b.start) && (b.start < a.end || a.start === b.start)

function isUnchanged({ absolutePath, text, hasByteOrderMark }: SourceFile): boolean {
  try {
    return readFileSync(absolutePath).equals(encode(text, hasByteOrderMark))
  } catch {
    return false
  }
}

function edited(text: string, edits: readonly Edit[]): string {
  let result = text
  for (const { start, end, text: replacement } of [...edits].sort((a, b) => b.start - a.start))
    result = result.slice(0, start) + replacement + result.slice(end)
  return result
}

/** Writes the new texts. */
export function writeFixes({ texts }: Fixes, sources: ReadonlyMap<string, SourceFile>): void {
  for (const [path, text] of texts) {
    const { absolutePath, hasByteOrderMark } = sources.get(path)!
    writeFileSync(absolutePath, encode(text, hasByteOrderMark))
  }
}
