/**
 * The head of an HTTP/1.1 response: its status and how its body is framed. Works on bytes and makes texts only of the
 * few headers that matter, since a text of each head would cost the generator more than all else.
 */

export interface ResponseHead {
  readonly status: number
  /** Bytes of the body: a count, `chunked`, or `untilClose` where the head says neither. */
  readonly body: number | 'chunked' | 'untilClose'
  readonly keepAlive: boolean
}

const LF = 10
const CR = 13
const COLON = 58
const DIGIT_0 = 48
const PROTOCOL = Buffer.from('HTTP/1.')

/** `bytes` from `start` to `end` are the status line and the header lines, the empty line at the end included. */
export function parseHead(bytes: Buffer, start: number, end: number): ResponseHead {
  for (let index = 0; index < PROTOCOL.length; index++) {
    if (bytes[start + index] !== PROTOCOL[index]) throw new Error('The server does not speak HTTP/1.')
  }
  const status = digit(bytes, start + 9) * 100 + digit(bytes, start + 10) * 10 + digit(bytes, start + 11)
  let keepAlive = bytes[start + PROTOCOL.length] === DIGIT_0 + 1
  let length: number | undefined
  let chunked = false
  for (let line = bytes.indexOf(LF, start) + 1; line < end; line = bytes.indexOf(LF, line) + 1) {
    // The empty line: a search for a colon would go on through the body.
    if (bytes[line] === CR) break
    const colon = bytes.indexOf(COLON, line)
    const nameLength = colon - line
    if (nameLength === 'content-length'.length && nameAt(bytes, line, colon) === 'content-length') {
      length = wholeNumber(valueAt(bytes, colon), 10)
    } else if (
      nameLength === 'transfer-encoding'.length &&
      nameAt(bytes, line, colon) === 'transfer-encoding'
    ) {
      chunked = valueAt(bytes, colon).endsWith('chunked')
    } else if (nameLength === 'connection'.length && nameAt(bytes, line, colon) === 'connection') {
      const value = valueAt(bytes, colon)
      keepAlive = value === 'keep-alive' || (keepAlive && value !== 'close')
    }
  }
  if (status < 200 || status === 204 || status === 304) return { status, body: 0, keepAlive }
  // RFC 9112, section 6.3: the coding wins over the length.
  return { status, body: chunked ? 'chunked' : (length ?? 'untilClose'), keepAlive }
}

/** Refuses what `Number` and `parseInt` would guess at. */
export function wholeNumber(text: string, radix: 10 | 16): number {
  if (!(radix === 10 ? /^\d+$/ : /^[\da-f]+$/i).test(text))
    throw new Error(`Not a number: ${JSON.stringify(text)}`)
  return Number.parseInt(text, radix)
}

function digit(bytes: Buffer, at: number): number {
  const value = bytes[at]! - DIGIT_0
  if (!(value >= 0 && value <= 9)) throw new Error('A status is not a number.')
  return value
}

const nameAt = (bytes: Buffer, line: number, colon: number): string =>
  bytes.toString('latin1', line, colon).toLowerCase()

const valueAt = (bytes: Buffer, colon: number): string =>
  bytes
    .toString('latin1', colon + 1, bytes.indexOf(LF, colon))
    .trim()
    .toLowerCase()
