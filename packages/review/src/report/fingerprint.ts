/**
 * What tells that a finding is the same one after lines have moved: rule, file, the source of its span without differences in white
 * space, and which of several alike it is, from the top. A renamed file or a changed span is a new finding.
 */
import { createHash } from 'node:crypto'
import type { Finding } from '../finding.js'
import type { SourceFile } from '../sources/source-file.js'

/** 32 hexadecimal digits a finding. `findings` are in order, and none is left out, as those alike are counted. */
export function fingerprintsOf(
  findings: readonly Finding[],
  sources: ReadonlyMap<string, SourceFile>,
): ReadonlyMap<Finding, string> {
  const seen = new Map<string, number>()
  return new Map(
    findings.map((finding) => {
      const { rule, file, span } = finding
      const source = sources.get(file)?.text.slice(span.start.offset, span.end.offset) ?? ''
      const key = JSON.stringify([rule, file, source.replaceAll(/\s+/g, ' ').trim()])
      const ordinal = seen.get(key) ?? 0
      seen.set(key, ordinal + 1)
      return [finding, createHash('sha256').update(`${key}${ordinal}`).digest('hex').slice(0, 32)]
    }),
  )
}
