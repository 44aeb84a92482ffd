/**
 * W3C Trace Context (level 1): a request belongs to the trace of whoever sent it, or begins one. Its own span is a new one
 * of that trace; the header that names both goes on to whomever the request's handler calls.
 */
import { randomFillSync } from 'node:crypto'

export interface TraceContext {
  /** 32 hexadecimal digits. */
  readonly traceId: string
  /** 16 hexadecimal digits: this request. */
  readonly spanId: string
  /** Of the sender; undefined where the trace begins here. */
  readonly parentId: string | undefined
  /** Whether the sender records the trace. */
  readonly isSampled: boolean
}

/** Later versions may go on behind the flags. */
const TRACEPARENT = /^([\da-f]{2})-([\da-f]{32})-([\da-f]{16})-([\da-f]{2})(-.*)?$/

/** A header that is not valid counts as none (4.3). */
export function traceOf(header: string | undefined): TraceContext {
  const parts = header === undefined ? undefined : TRACEPARENT.exec(header)
  if (parts) {
    const [, version, traceId, parentId, flags, more] = parts as unknown as string[]
    const isKnown = version !== 'ff' && (version !== '00' || more === undefined)
    if (isKnown && !ZEROS.test(traceId!) && !ZEROS.test(parentId!))
      return {
        traceId: traceId!,
        spanId: randomHex(8),
        parentId,
        isSampled: (Number.parseInt(flags!, 16) & 1) === 1,
      }
  }
  return { traceId: randomHex(16), spanId: randomHex(8), parentId: undefined, isSampled: false }
}

/** The very span that a header names, not a new one of its trace; undefined where it is not valid. */
export function spanNamedBy(header: string | undefined): TraceContext | undefined {
  const { parentId: spanId, ...trace } = traceOf(header)
  return spanId === undefined ? undefined : { ...trace, spanId, parentId: undefined }
}

const ZEROS = /^0+$/

export const traceparentOf = ({ traceId, spanId, isSampled }: TraceContext): string =>
  `00-${traceId}-${spanId}-${isSampled ? '01' : '00'}`

/**
 * Drawn in bulk: asking the system for a few bytes each time costs more than the rest of it. Ids must be unique, not secret,
 * so that a fast generator may stretch what the system gives (xoshiro128**, Blackman and Vigna 2018).
 */
const words = new Uint32Array(1024)
const bytes = Buffer.from(words.buffer)
const state = new Uint32Array(4)
let digits = ''
let drawn = 0

function randomHex(count: number): string {
  const length = count * 2
  if (drawn + length > digits.length) {
    fill()
    digits = bytes.toString('hex')
    drawn = 0
  }
  drawn += length
  return digits.slice(drawn - length, drawn)
}

/** From a new start each time. */
function fill(): void {
  randomFillSync(state)
  let [a = 1, b = 2, c = 3, d = 4] = state
  for (let at = 0; at < words.length; at++) {
    const scrambled = Math.imul(b, 5)
    words[at] = Math.imul((scrambled << 7) | (scrambled >>> 25), 9)
    const shifted = b << 9
    c ^= a
    d ^= b
    b ^= c
    a ^= d
    c ^= shifted
    d = (d << 11) | (d >>> 21)
  }
}
