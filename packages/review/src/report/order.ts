/** The order of findings, the same on every machine: by file, place, rule. What two checkers found alike is said once. */
import type { Finding } from '../finding.js'

export function inOrder(findings: readonly Finding[]): readonly Finding[] {
  const byPlace = new Map<string, Finding>()
  for (const finding of findings) {
    const { rule, file, span } = finding
    const key = `${rule}\n${file}\n${span.start.offset}\n${span.end.offset}`
    if (!byPlace.has(key)) byPlace.set(key, finding)
  }
  return [...byPlace.values()].sort(compare)
}

function compare(a: Finding, b: Finding): number {
  return (
    compareText(a.file, b.file) ||
    a.span.start.offset - b.span.start.offset ||
    a.span.end.offset - b.span.end.offset ||
    compareText(a.rule, b.rule)
  )
}

/** By code units: no locale has a say. */
const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
