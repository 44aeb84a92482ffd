/**
 * The server as streamable HTTP at `/mcp` on the loopback: a session for each client, a bound on sessions, and sessions that nobody uses
 * are closed.
 */
import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js'
import { refusalOf } from './loopback.js'

export interface HttpOptions {
  /** 0 takes a free one. */
  readonly port: number
  /** Default: 32. */
  readonly sessionsMax?: number
  /** After which an unused session is closed. Default: 30 minutes. */
  readonly idleMs?: number
}

interface Session {
  readonly transport: StreamableHTTPServerTransport
  readonly server: McpServer
  usedAtMs: number
}

export interface HttpEndpoint {
  readonly url: string
  close(): Promise<void>
}

const BODY_BYTES_MAX = 10 * 1_048_576

export async function serveOnHttp(makeServer: () => McpServer, options: HttpOptions): Promise<HttpEndpoint> {
  const sessions = new Sessions(makeServer, options)
  const http = createServer((request, response) => {
    void sessions.handle(request, response).catch((error: unknown) => {
      process.stderr.write(`keelson mcp: ${(error as Error).stack ?? String(error)}\n`)
      if (response.headersSent) response.destroy()
      else refuse(response, 500, 'A defect of Keelson; its error output has the details.')
    })
  })
  await listening(http, options.port)
  const { port } = http.address() as AddressInfo
  sessions.port = port
  return {
    url: `http://127.0.0.1:${port}/mcp`,
    async close() {
      await sessions.close()
      http.closeAllConnections()
      await new Promise((resolve) => http.close(resolve))
    },
  }
}

function listening(http: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    http.once('error', reject)
    http.listen(port, '127.0.0.1', () => {
      http.removeListener('error', reject)
      resolve()
    })
  })
}

class Sessions {
  port = 0
  readonly #makeServer: () => McpServer
  readonly #max: number
  readonly #idleMs: number
  readonly #open = new Map<string, Session>()
  #opening = 0

  constructor(makeServer: () => McpServer, { sessionsMax = 32, idleMs = 1_800_000 }: HttpOptions) {
    this.#makeServer = makeServer
    this.#max = sessionsMax
    this.#idleMs = idleMs
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const refusal = refusalOf(request, this.port)
    if (refusal !== undefined) return refuse(response, 403, refusal)
    if (request.url?.split('?')[0] !== '/mcp') return refuse(response, 404, 'The endpoint is /mcp.')
    const id = request.headers['mcp-session-id']
    if (id === undefined) return this.#begin(request, response)
    const session = typeof id === 'string' ? this.#open.get(id) : undefined
    // 404 is what tells a client to begin a new session.
    if (session === undefined) return refuse(response, 404, 'There is no such session.')
    session.usedAtMs = performance.now()
    await session.transport.handleRequest(request, response)
  }

  async close(): Promise<void> {
    await Promise.all([...this.#open.values()].map(({ server }) => server.close()))
    this.#open.clear()
  }

  /** A request without a session begins one; whatever else it is, the transport refuses it. */
  async #begin(request: IncomingMessage, response: ServerResponse): Promise<void> {
    await this.#closeUnused()
    if (this.#open.size + this.#opening >= this.#max)
      return refuse(response, 503, `There are ${this.#max} sessions already.`)
    this.#opening++
    const server = this.#makeServer()
    const transport = new StreamableHTTPServerTransport({
      sessionIdGenerator: () => randomUUID(),
      maxRequestBodySize: BODY_BYTES_MAX,
      onsessioninitialized: (id) => {
        this.#open.set(id, { transport, server, usedAtMs: performance.now() })
      },
      onsessionclosed: (id) => {
        this.#open.delete(id)
      },
    })
    try {
      await server.connect(transport)
      await transport.handleRequest(request, response)
    } finally {
      this.#opening--
      if (transport.sessionId === undefined) await server.close()
    }
  }

  async #closeUnused(): Promise<void> {
    const now = performance.now()
    for (const [id, { server, usedAtMs }] of this.#open) {
      if (now - usedAtMs < this.#idleMs) continue
      this.#open.delete(id)
      await server.close()
    }
  }
}

function refuse(response: ServerResponse, status: number, message: string): void {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify({ jsonrpc: '2.0', error: { code: -32_000, message }, id: null }))
}
