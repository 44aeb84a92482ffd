/**
 * Values that JSON has no form for, and the form they take on the wire: moments as RFC 3339 text, days as `YYYY-MM-DD`,
 * integers beyond 2^53 and bytes as text. Each codec's `encode` yields valid wire text by construction, so that answers
 * need not be checked a second time (see output-encoder.ts).
 */
import * as z from 'zod'

const trusted = new WeakSet<object>()

/** Whether `encode` of this codec needs no check of its result. */
export const encodesSafely = (schema: object): boolean => trusted.has(schema)

function trust<T extends object>(codec: T): T {
  trusted.add(codec)
  return codec
}

/** A moment: `2026-01-31T12:00:00.000Z` on the wire (any offset is accepted), a Date in handlers. */
export const timestampCodec = (): z.ZodCodec<z.ZodISODateTime, z.ZodDate> =>
  trust(
    z.codec(z.iso.datetime({ offset: true }), z.date(), {
      decode: (text) => new Date(text),
      encode: (date) => date.toISOString(),
    }),
  )

/** A day: `2026-01-31` on the wire, a Date at midnight UTC in handlers. */
export const dayCodec = (): z.ZodCodec<z.ZodISODate, z.ZodDate> =>
  trust(
    z.codec(z.iso.date(), z.date(), {
      decode: (text) => new Date(text),
      encode: (date) => date.toISOString().slice(0, 10),
    }),
  )

/** A whole number of any size: decimal digits on the wire, a bigint in handlers. */
export const bigintCodec = (): z.ZodCodec<z.ZodString, z.ZodBigInt> =>
  trust(
    z.codec(z.string().regex(/^-?\d{1,1000}$/, 'must be a whole number as text'), z.bigint(), {
      decode: (text) => BigInt(text),
      encode: (value) => value.toString(),
    }),
  )

/** Bytes: base64 on the wire, a Buffer in handlers. */
export const bytesCodec = (): z.ZodCodec<z.ZodBase64, z.ZodCustom<Buffer, Buffer>> =>
  trust(
    z.codec(
      z.base64(),
      z.custom<Buffer>((value) => Buffer.isBuffer(value), 'must be bytes'),
      {
        decode: (text) => Buffer.from(text, 'base64'),
        encode: (bytes) => bytes.toString('base64'),
      },
    ),
  )
