/** The lines of code around a finding, with numbers and a mark, as text of the repository: untrusted. */
import type { Span } from '@keelson/review'
import { visible } from './untrusted.js'

const AROUND = 2
const LINES_MAX = 12
const LINE_LENGTH_MAX = 200

export function frameOf(text: string, { start, end }: Span): string {
  const lines = text.split(/\r\n|\n|\r/)
  const first = Math.max(1, start.line - AROUND)
  const last = Math.min(lines.length, end.line + AROUND, first + LINES_MAX - 1)
  const width = String(last).length
  const shown: string[] = []
  for (let line = first; line <= last; line++) {
    const mark = line >= start.line && line <= end.line ? '>' : ' '
    shown.push(`${mark} ${String(line).padStart(width)} | ${visible(lines[line - 1]!, LINE_LENGTH_MAX)}`)
  }
  return shown.join('\n')
}
