/** One defect breaks many commands: a few findings of each kind say as much as hundreds. */
import type { Finding } from '../checker/finding.js'

const OF_A_KIND_MAX = 3

/** In their order; the first of a kind says how many were left out. */
export function condensed(findings: readonly Finding[]): Finding[] {
  const kindOf = ({ anomaly, workload }: Finding): string => `${anomaly} ${workload}`
  const counts = new Map<string, number>()
  for (const finding of findings) counts.set(kindOf(finding), (counts.get(kindOf(finding)) ?? 0) + 1)
  const kept = new Map<string, number>()
  return findings.flatMap((finding) => {
    const kind = kindOf(finding)
    const place = (kept.get(kind) ?? 0) + 1
    kept.set(kind, place)
    if (place > OF_A_KIND_MAX) return []
    const omitted = counts.get(kind)! - OF_A_KIND_MAX
    if (place > 1 || omitted <= 0) return [finding]
    return [
      { ...finding, message: `${finding.message} (and ${omitted} more of this kind that are not shown)` },
    ]
  })
}
