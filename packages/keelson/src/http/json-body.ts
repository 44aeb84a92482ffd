/** JSON bodies, and nothing else: `application/json` and types that end in `+json`. An empty body is no body. */
import { isUtf8 } from 'node:buffer'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { KeelsonError } from '../errors.js'
import { isDeeperThan } from './json-depth.js'

/** Names by which a JSON document could reach into prototypes. */
const SUSPICIOUS =
  /"(?:_|\\u005[Ff]){2}(?:p|\\u0070)(?:r|\\u0072)(?:o|\\u006[Ff])(?:t|\\u0074)(?:o|\\u006[Ff])(?:_|\\u005[Ff]){2}"\s*:/

const OTHER_JSON = /^application\/[\w.-]+\+json(?:\s*;|$)/

/** JSON has no other (RFC 8259, 8.1). */
const OTHER_CHARSET = /charset=(?!"?utf-?8"?\s*(?:;|$))/i

export function readJsonBodies(fastify: FastifyInstance, depthMax: number): void {
  const read = (
    request: FastifyRequest,
    bytes: Buffer,
    done: (error: Error | null, body?: unknown) => void,
  ): void => {
    let body: unknown
    try {
      body = bytes.length === 0 ? undefined : parse(textOf(request, bytes), depthMax)
    } catch (error) {
      done(error as Error)
      return
    }
    done(null, body)
  }
  fastify.removeAllContentTypeParsers()
  fastify.addContentTypeParser<Buffer>('application/json', { parseAs: 'buffer' }, read)
  fastify.addContentTypeParser<Buffer>(OTHER_JSON, { parseAs: 'buffer' }, read)
}

function textOf({ raw: { headers } }: FastifyRequest, bytes: Buffer): string {
  const { 'content-type': type, 'content-encoding': coding } = headers
  if (coding !== undefined && coding !== 'identity')
    throw new KeelsonError('unsupported_media_type', { message: 'Send the body without `Content-Encoding`.' })
  if (type !== undefined && type.includes('charset') && OTHER_CHARSET.test(type))
    throw new KeelsonError('unsupported_media_type', { message: 'Send the body as UTF-8.' })
  if (!isUtf8(bytes)) throw new KeelsonError('invalid_json', { message: 'The body is not UTF-8.' })
  return bytes.toString()
}

function parse(text: string, depthMax: number): unknown {
  if (isDeeperThan(text, depthMax)) {
    throw new KeelsonError('invalid_json', {
      message: `The body is nested more than ${depthMax} levels deep.`,
    })
  }
  try {
    // The search is dear; without either of these there is nothing that it could find.
    const mayName = text.includes('__proto__') || text.includes('\\u')
    if (!mayName || !SUSPICIOUS.test(text)) return JSON.parse(text)
  } catch (error) {
    throw new KeelsonError('invalid_json', { cause: error })
  }
  throw new KeelsonError('invalid_json', { message: 'The name `__proto__` is not taken.' })
}
