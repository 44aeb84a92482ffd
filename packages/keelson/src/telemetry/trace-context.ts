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

/** Drawn in bulk: asking for a few bytes each time costs more than the rest of it. */
const pool = Buffer.alloc(4096)
let drawn = pool.length

function randomHex(bytes: number): string {
  if (drawn + bytes > pool.length) {
    randomFillSync(pool)
    drawn = 0
  }
  drawn += bytes
  return pool.toString('hex', drawn - bytes, drawn)
}
