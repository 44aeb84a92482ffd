/** The lines around a place, with the place underlined. */
import type { Span } from '../finding.js'
import type { Colours } from './colours.js'
import { plain } from './plain.js'
import type { TextLines } from './positions.js'

/** Of a long line only a window around the place is shown. */
const WIDTH = 120
const LINES_BEFORE = 1
/** Of a long span the first lines say enough. */
const LINES_OF_SPAN_MAX = 4

export function codeFrame(lines: TextLines, { start, end }: Span, colours: Colours): readonly string[] {
  const first = Math.max(1, start.line - LINES_BEFORE)
  const last = Math.min(end.line, start.line + LINES_OF_SPAN_MAX - 1, lines.count)
  const width = String(last).length
  // One window for all lines, so that they stay aligned.
  const from = start.column > WIDTH - 20 ? start.column - 40 : 0
  const shown: string[] = []
  for (let number = first; number <= last; number += 1) {
    const text = lines.line(number)
    const gutter = String(number).padStart(width)
    const isMarked = number >= start.line
    shown.push(
      `${isMarked ? colours.red('>') : ' '} ${colours.dim(`${gutter} |`)} ${windowOf(text, from)}`.trimEnd(),
    )
    if (number !== start.line) continue
    const stop = end.line === start.line ? end.column - 1 : text.length
    const length = Math.max(1, Math.min(stop, from + WIDTH) - (start.column - 1))
    const indent = columnsOf(text.slice(from, start.column - 1)) + (from > 0 ? 1 : 0)
    const marks = '^'.repeat(Math.max(1, columnsOf(text.slice(start.column - 1, start.column - 1 + length))))
    shown.push(`  ${colours.dim(`${' '.repeat(width)} |`)} ${' '.repeat(indent)}${colours.red(marks)}`)
  }
  if (last < end.line) shown.push(`  ${colours.dim(`${' '.repeat(width)} | …`)}`)
  return shown
}

function windowOf(text: string, from: number): string {
  const part = text.slice(from, from + WIDTH)
  return `${from > 0 ? '…' : ''}${withoutTabs(plain(part))}${text.length > from + WIDTH ? '…' : ''}`
}

const withoutTabs = (text: string): string => text.replaceAll('\t', '  ')
const columnsOf = (text: string): number => withoutTabs(text).length
