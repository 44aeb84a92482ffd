/** Lines of a text and positions in it. Lines end with LF or CRLF; the line end is no part of its line. */
import type { Position, Span } from '../finding.js'

export class TextLines {
  private readonly text: string
  private readonly starts: readonly number[]

  constructor(text: string) {
    this.text = text
    const starts = [0]
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
    this.starts = starts
  }

  get count(): number {
    return this.starts.length
  }

  /** The text of a line, counted from 1; empty where there is none. */
  line(number: number): string {
    const start = this.starts[number - 1]
    if (start === undefined) return ''
    return this.text.slice(start, this.starts[number] ?? this.text.length).replace(/\r?\n$/, '')
  }

  at(offset: number): Position {
    let low = 0
    let high = this.starts.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if (this.starts[middle]! <= offset) low = middle
      else high = middle - 1
    }
    return { line: low + 1, column: offset - this.starts[low]! + 1, offset }
  }

  span(start: number, end: number): Span {
    return { start: this.at(start), end: this.at(end) }
  }
}
