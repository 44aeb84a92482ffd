/** `--fix` and `--fix-dry-run`: what is done, and what is said about it. */
import type { Finding } from '../finding.js'
import { planFixes, writeFixes, type Fixes } from '../report/fix.js'
import { plain } from '../report/plain.js'
import type { Review } from '../review.js'

/** Applies what can be applied to `findings` (unless dry), and tells it. Returns whether files were written. */
export function runFixes(
  findings: readonly Finding[],
  { sources }: Review,
  isDry: boolean,
  say: (text: string) => void,
): boolean {
  const fixes = planFixes(findings, sources)
  say(told(fixes, isDry))
  if (isDry || fixes.fixed.length === 0) return false
  writeFixes(fixes, sources)
  return true
}

function told({ fixed, left }: Fixes, isDry: boolean): string {
  const place = ({ file, span, rule }: Finding): string => `${plain(file)}:${span.start.line}  ${rule}`
  if (fixed.length === 0 && left.length === 0) return 'No finding offers a fix.\n'
  return [
    ...fixed.map((finding) => `${isDry ? 'Would fix' : 'Fixed'}  ${place(finding)}: ${plain(finding.fix)}\n`),
    ...left.map(({ finding, reason }) => `Left   ${place(finding)}: ${plain(reason)}\n`),
  ].join('')
}
