/** From offsets to lines and columns. The lines of a file are counted only when a finding in it is shown. */
import type { Position, Span } from '../finding.js'

/** Turns offsets of one text into positions. */
export class Lines {
  private readonly text: string
  private starts: number[] | undefined

  constructor(text: string) {
    this.text = text
  }

  at(offset: number): Position {
    const starts = (this.starts ??= startsOf(this.text))
    let low = 0
    let high = starts.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if (starts[middle]! <= offset) low = middle
      else high = middle - 1
    }
    return { line: low + 1, column: offset - starts[low]! + 1, offset }
  }

  span(place: { readonly start: number; readonly end: number }): Span {
    return { start: this.at(place.start), end: this.at(place.end) }
  }
}

function startsOf(text: string): number[] {
  const starts = [0]
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  return starts
}
