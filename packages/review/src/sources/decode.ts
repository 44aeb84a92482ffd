/** From bytes to text: UTF-8, or a sentence that says why it is none. */

/** Where git looks for a NUL, too. */
const LOOKED_AT_BYTES = 8_000
const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

export interface Decoded {
  readonly text: string
  readonly hasByteOrderMark: boolean
}

/** Bytes that are no UTF-8 become U+FFFD: a comment in an old encoding is no reason not to read the code around it. */
export function decode(bytes: Uint8Array): Decoded | string {
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff))
    return 'is UTF-16, which is not read: save it as UTF-8'
  if (bytes.subarray(0, LOOKED_AT_BYTES).includes(0)) return 'is binary and was not read'
  const text = decoder.decode(bytes)
  const hasByteOrderMark = text.startsWith('\uFEFF')
  return { text: hasByteOrderMark ? text.slice(1) : text, hasByteOrderMark }
}

/** The bytes of a text that was decoded. */
export function encode(text: string, hasByteOrderMark: boolean): Buffer {
  return Buffer.from(hasByteOrderMark ? `\uFEFF${text}` : text, 'utf8')
}

/** Lines of a text; one that does not end with a line end counts as well. */
export function countLines(text: string): number {
  if (text === '') return 0
  let lines = text.endsWith('\n') ? 0 : 1
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines += 1
  return lines
}
