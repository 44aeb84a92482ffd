/** Sends requests as they are, repeated headers included, and gives back what came. */
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { Agent, request as send } from 'node:http'
import type { FuzzRequest } from './requests.js'

export interface FuzzAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, unknown>>
  readonly body: string
}

/** An answer that takes longer has hung. */
const HANG_MS = 20_000

function decoded(bytes: Buffer, coding: string | undefined): string {
  if (bytes.length === 0) return ''
  if (coding === 'gzip') return gunzipSync(bytes).toString()
  return (coding === 'br' ? brotliDecompressSync(bytes) : bytes).toString()
}

export class Sender {
  readonly #base: URL
  readonly #agent: Agent

  constructor(url: string, connections: number) {
    this.#base = new URL(url)
    this.#agent = new Agent({ keepAlive: true, maxSockets: connections })
  }

  /** Rejects where no answer comes. */
  send({ method, path, headers, body }: FuzzRequest): Promise<FuzzAnswer> {
    const { hostname, port, host } = this.#base
    const lines = [
      ...headers,
      ['host', host] as const,
      ['content-length', String(body?.length ?? 0)] as const,
    ]
    return new Promise((resolve, reject) => {
      const request = send(
        { hostname, port, method, path, agent: this.#agent, headers: lines.flat(), timeout: HANG_MS },
        (response) => {
          const parts: Buffer[] = []
          response.on('data', (part: Buffer) => parts.push(part))
          response.on('error', reject)
          response.on('end', () =>
            resolve({
              status: response.statusCode!,
              headers: response.headers,
              body: decoded(Buffer.concat(parts), response.headers['content-encoding']),
            }),
          )
        },
      )
      request.on('timeout', () => request.destroy(new Error(`no answer within ${HANG_MS} ms`)))
      request.on('error', reject)
      request.end(body)
    })
  }

  close(): void {
    this.#agent.destroy()
  }
}
