/** What is wrong with an answer, whatever the request was: failures of the server, broken problems, leaks of its inside. */
import type { FuzzRequest } from './requests.js'
import type { FuzzAnswer } from './send.js'

/** Traces of the inside: stacks, paths, SQL, the driver's and the server's words. */
const INSIDE: readonly RegExp[] = [
  /\bat [\w.<>]+ \(.*:\d+:\d+\)/,
  /node_modules|\/dist\/|\.[jt]s:\d+/,
  /\b(select|insert into|update|delete from) .* (from|values|set|where) /i,
  /SQLSTATE|violates|relation "|duplicate key|invalid byte sequence|syntax error at/i,
  /polluted|ECONN|FST_ERR|ERR_/,
]

/** A sentence, or undefined where all is well. */
export function verdictOn(
  { method }: FuzzRequest,
  { status, headers, body }: FuzzAnswer,
): string | undefined {
  // Of methods that the server does not know (RFC 9110, 15.6.2).
  const isUnknownMethod = status === 501 && method === 'PROPFIND'
  if (status >= 500 && !isUnknownMethod) return `status ${status}`
  // What the caller sent may come back, in `detail` or where it was stored.
  if (status < 400) return undefined
  const inside = INSIDE.find((pattern) => pattern.test(withoutEcho(body)))
  if (inside !== undefined) return `the answer shows its inside (${inside.source})`
  if (method === 'HEAD') return undefined
  if (!String(headers['content-type']).startsWith('application/problem+json'))
    return `status ${status} is no problem+json but ${String(headers['content-type'])}`
  let problem: Readonly<Record<string, unknown>>
  try {
    problem = JSON.parse(body) as Readonly<Record<string, unknown>>
  } catch {
    return 'the problem is no JSON'
  }
  const missing = ['type', 'title', 'status', 'code', 'requestId'].filter((member) => !(member in problem))
  if (missing.length > 0) return `the problem lacks ${missing.join(', ')}`
  return problem['status'] === status ? undefined : `the problem says status ${String(problem['status'])}`
}

/** Quoted input (`…`) and pointers repeat what was sent. */
const withoutEcho = (body: string): string =>
  body.replaceAll(/`[^`]*`/g, '').replaceAll(/"(pointer|sku|reference|requestId)":"(?:[^"\\]|\\.)*"/g, '')
