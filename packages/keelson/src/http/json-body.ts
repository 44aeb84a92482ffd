/** JSON bodies, and nothing else: `application/json` and types that end in `+json`. An empty body is no body. */
import { KeelsonError } from '../errors.js'
import type { FastifyInstance } from 'fastify'

/** Names by which a JSON document could reach into prototypes. */
const SUSPICIOUS =
  /"(?:_|\\u005[Ff]){2}(?:p|\\u0070)(?:r|\\u0072)(?:o|\\u006[Ff])(?:t|\\u0074)(?:o|\\u006[Ff])(?:_|\\u005[Ff]){2}"\s*:/

const OTHER_JSON = /^application\/[\w.-]+\+json(?:\s*;|$)/

export function readJsonBodies(fastify: FastifyInstance): void {
  fastify.removeAllContentTypeParsers()
  fastify.addContentTypeParser<string>('application/json', { parseAs: 'string' }, read)
  fastify.addContentTypeParser<string>(OTHER_JSON, { parseAs: 'string' }, read)
}

function read(_request: unknown, text: string, done: (error: Error | null, body?: unknown) => void): void {
  let body: unknown
  try {
    body = text === '' ? undefined : parse(text)
  } catch (error) {
    done(error as Error)
    return
  }
  done(null, body)
}

function parse(text: string): unknown {
  try {
    // The search is dear; without either of these there is nothing that it could find.
    const mayName = text.includes('__proto__') || text.includes('\\u')
    if (!mayName || !SUSPICIOUS.test(text)) return JSON.parse(text)
  } catch (error) {
    throw new KeelsonError('invalid_json', { cause: error })
  }
  throw new KeelsonError('invalid_json', { message: 'The name `__proto__` is not taken.' })
}
