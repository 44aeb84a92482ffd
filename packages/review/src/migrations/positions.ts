/** From the parser's bytes to UTF-16 offsets, and from offsets to lines and columns. */
import type { Span } from '../finding.js'

/** UTF-16 offset of each byte offset of the text in UTF-8; the identity where the text is ASCII. */
export function byteOffsets(text: string): (byte: number) => number {
  if (Buffer.byteLength(text) === text.length) return (byte) => byte
  const offsets = new Uint32Array(Buffer.byteLength(text) + 1)
  let byte = 0
  for (let index = 0; index < text.length;) {
    const codePoint = text.codePointAt(index)!
    const bytes = codePoint < 0x80 ? 1 : codePoint < 0x800 ? 2 : codePoint < 0x10000 ? 3 : 4
    for (let i = 0; i < bytes; i++) offsets[byte + i] = index
    byte += bytes
    index += codePoint < 0x10000 ? 1 : 2
  }
  offsets[byte] = text.length
  return (at) => offsets[Math.min(Math.max(at, 0), byte)]!
}

/** Spans of one file. */
export class Places {
  private readonly starts: number[] = [0]

  constructor(text: string) {
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) this.starts.push(at + 1)
  }

  span(start: number, end: number): Span {
    return { start: this.at(start), end: this.at(end) }
  }

  private at(offset: number): Span['start'] {
    let low = 0
    let high = this.starts.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if (this.starts[middle]! <= offset) low = middle
      else high = middle - 1
    }
    return { line: low + 1, column: offset - this.starts[low]! + 1, offset }
  }
}
