/** One request on loopback and what was heard of it; never rejects. Queries (`look.…`) are GET, commands are POST. */
import { Agent, request as sendRequest, type IncomingMessage } from 'node:http'
import type { Outcome } from '../history/operation.js'
import type { Request } from '../workloads/workload.js'
import { isQuery } from '../workloads/commands-of.js'

/** Longest answer that is kept, in characters. */
const BODY_MAX = 1_000_000

export class HttpClient {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: Infinity, scheduling: 'lifo' })
  readonly #timeoutMs: number

  /** `timeoutMs`: after which the outcome is unknown. */
  constructor(timeoutMs: number) {
    this.#timeoutMs = timeoutMs
  }

  send(url: string, { name, input, key }: Request): Promise<Outcome> {
    return new Promise((resolve) => {
      const body = isQuery(name) ? undefined : JSON.stringify(input)
      const unknown = (reason: string): void => resolve({ kind: 'unknown', reason })
      const request = sendRequest(
        `${url}/${name}${body === undefined ? queryOf(input) : ''}`,
        { agent: this.#agent, method: body === undefined ? 'GET' : 'POST', headers: headersOf(body, key) },
        (response) => {
          isAnswering = true
          answerOf(response).then(resolve, (error: unknown) => unknown(String(error)))
        },
      )
      let isAnswering = false
      // Of the whole exchange: a server that sends byte after byte is no answer either.
      const timer = setTimeout(() => request.destroy(new Error('timeout')), this.#timeoutMs)
      request.once('close', () => {
        clearTimeout(timer)
        // Of an answer that breaks off its reader hears.
        if (!isAnswering) unknown('closed')
      })
      request.once('error', (error) => unknown(error.message))
      request.end(body)
    })
  }

  close(): void {
    this.#agent.destroy()
  }
}

function headersOf(body: string | undefined, key: string | undefined): Record<string, string> {
  return {
    ...(body === undefined
      ? {}
      : { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)) }),
    ...(key === undefined ? {} : { 'idempotency-key': key }),
  }
}

function queryOf(input: unknown): string {
  const text = new URLSearchParams(input as Record<string, string>).toString()
  return text === '' ? '' : `?${text}`
}

async function answerOf(response: IncomingMessage): Promise<Outcome> {
  response.setEncoding('utf8')
  let body = ''
  for await (const chunk of response) {
    body += chunk as string
    if (body.length > BODY_MAX) throw new Error('The answer is too long.')
  }
  return outcomeOf(response.statusCode ?? 0, body)
}

/** 5xx leaves it open whether the command took effect; 429 is no verdict on it either. */
function outcomeOf(status: number, body: string): Outcome {
  if (status >= 200 && status < 300) return { kind: 'ok', status, body }
  const code = codeOf(body)
  if (status >= 400 && status < 500 && status !== 429) return { kind: 'refused', status, code, body }
  return { kind: 'unknown', reason: `${status} ${code}` }
}

function codeOf(body: string): string {
  try {
    return String((JSON.parse(body) as { code?: unknown }).code)
  } catch {
    return 'no JSON'
  }
}
