/**
 * A port of its own for whoever operates the process: health and metrics, without a key. It is there from before the
 * application listens until after it has drained, so that a process that stops can be seen to stop. Keep it from the public.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { KeelsonError } from '../errors.js'
import { livez, readyz, type HealthAnswer, type Readiness } from './health.js'

export interface OperatorPages {
  readonly readiness: Readiness
  readonly metrics: MetricsText
}

/** Metrics as Prometheus reads them. */
export interface MetricsText {
  readonly contentType: string
  text(): Promise<string>
}

export class OperatorPort {
  readonly #server: Server

  constructor({ readiness, metrics }: OperatorPages) {
    const pages: Readonly<Record<string, () => Promise<HealthAnswer>>> = {
      '/livez': async () => Promise.resolve(livez()),
      '/readyz': () => readyz(readiness),
      '/metrics': async () => ({ status: 200, contentType: metrics.contentType, body: await metrics.text() }),
    }
    this.#server = createServer((request, response) => {
      void serve(pages[(request.url ?? '').split('?')[0]!], request, response)
    })
  }

  /** Resolves with the address; rejects with `invalid_configuration` where the port cannot be had. */
  async listen(host: string, port: number): Promise<string> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', (cause) =>
        reject(
          new KeelsonError('invalid_configuration', {
            message: `KEELSON_OPERATOR_PORT: the port ${port} on ${host} cannot be had.`,
            cause,
          }),
        ),
      )
      this.#server.listen(port, host, resolve)
    })
    const { address, family, port: taken } = this.#server.address() as AddressInfo
    return `http://${family === 'IPv6' ? `[${address}]` : address}:${taken}`
  }

  async close(): Promise<void> {
    if (!this.#server.listening) return
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve())
      this.#server.closeAllConnections()
    })
  }
}

async function serve(
  page: (() => Promise<HealthAnswer>) | undefined,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  request.resume()
  const { status, contentType, body } = page === undefined ? NOTHING : await page().catch(() => FAILED)
  response.writeHead(status, {
    'content-type': contentType,
    'cache-control': 'no-store',
    'content-length': Buffer.byteLength(body),
  })
  response.end(request.method === 'HEAD' ? undefined : body)
}

const TEXT = 'text/plain; charset=utf-8'
const NOTHING: HealthAnswer = { status: 404, contentType: TEXT, body: '/livez, /readyz, /metrics\n' }
const FAILED: HealthAnswer = { status: 500, contentType: TEXT, body: 'This page could not be made.\n' }
