/** Bodies in fewer bytes, by Node's own zlib in its threads, for clients that ask for it. */
import { brotliCompress, constants, gzip } from 'node:zlib'
import type { FastifyReply } from 'fastify'
import { preferredCoding, type Coding } from './negotiation.js'

/** Shorter bodies gain nothing: they fit in a packet as they are. */
export const COMPRESSED_BYTES_MIN = 1024

/** Denser levels take many times as long for a few per cent. */
const BROTLI_QUALITY = 4
const GZIP_LEVEL = 5

/** Sends a text, compressed where it is long enough, the client takes it, and nothing forbids it (`no-transform`). */
export function sendText(reply: FastifyReply, body: string): void {
  if (body.length < COMPRESSED_BYTES_MIN || reply.hasHeader('content-encoding')) {
    reply.send(body)
    return
  }
  addVary(reply, 'accept-encoding')
  const { request } = reply
  const coding = preferredCoding(request.raw.headers['accept-encoding'])
  const isFixed = String(reply.getHeader('cache-control') ?? '').includes('no-transform')
  if (coding === undefined || isFixed || request.raw.method === 'HEAD') {
    reply.send(body)
    return
  }
  compress(Buffer.from(body), coding, (error, compressed) => {
    if (error !== null) {
      reply.send(body)
      return
    }
    reply.header('content-encoding', coding)
    const tag = reply.getHeader('etag')
    // Strong tags name bytes, and these are others (RFC 9110, 8.8.3.3); comparisons pass over the mark.
    if (typeof tag === 'string') reply.header('etag', tag.replace(/"$/, `;${coding}"`))
    reply.send(compressed)
  })
}

function compress(
  body: Buffer,
  coding: Coding,
  done: (error: Error | null, compressed: Buffer) => void,
): void {
  if (coding === 'gzip') gzip(body, { level: GZIP_LEVEL }, done)
  else {
    const params = {
      [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY,
      [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
      [constants.BROTLI_PARAM_SIZE_HINT]: body.length,
    }
    brotliCompress(body, { params }, done)
  }
}

/** Tells caches what else the answer depends on. */
export function addVary(reply: FastifyReply, name: string): void {
  const present = reply.getHeader('vary')
  reply.header('vary', present === undefined ? name : `${String(present)}, ${name}`)
}
