/** Serving inside of another server: a plain function of Node's request and response, as Express and Nest mount it. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { FastifyInstance } from 'fastify'

/** A request as frameworks hand it over. */
interface MountedRequest extends IncomingMessage {
  /** Read by a middleware before us, such as `express.json()`. */
  readonly body?: unknown
  /** Express: the address before the path of the mount was taken off, and that path. */
  readonly originalUrl?: string
  readonly baseUrl?: string
}

/** The requests that come by another server's listener. */
export class Mount {
  readonly #fastify: FastifyInstance
  readonly #prefix: string
  readonly #underWay = new Set<ServerResponse>()
  #idle: (() => void) | undefined

  /** `prefix`: of the operations' paths. Mounted under it, they keep it; health and documents stand below it too. */
  constructor(fastify: FastifyInstance, prefix: string) {
    this.#fastify = fastify
    this.#prefix = prefix
  }

  readonly handler = (request: MountedRequest, response: ServerResponse): void => {
    this.#underWay.add(response)
    response.once('close', () => {
      this.#underWay.delete(response)
      if (this.#underWay.size === 0) this.#idle?.()
    })
    const { baseUrl = '', originalUrl } = request
    const takenOff = baseUrl !== '' && `${this.#prefix}/`.startsWith(`${baseUrl}/`)
    if (takenOff && originalUrl !== undefined && !OWN.test(request.url ?? '')) request.url = originalUrl
    if (request.body === undefined || !request.readableEnded) this.#fastify.routing(request, response)
    else void relay(this.#fastify, request, response)
  }

  /** Waits for the requests under way; whoever stops must see to it that no more come. */
  idle(): Promise<void> {
    if (this.#underWay.size === 0) return Promise.resolve()
    return new Promise((resolve) => (this.#idle = resolve))
  }

  /** Cuts off those that are still under way. */
  end(): void {
    for (const response of this.#underWay) response.destroy()
  }
}

/** Addresses that no prefix belongs to. */
const OWN = /^\/(?:livez|readyz|openapi\.json|docs)(?:$|[?/])/

/** The stream has nothing more to give: the body goes in as text again. */
async function relay(
  fastify: FastifyInstance,
  request: MountedRequest,
  response: ServerResponse,
): Promise<void> {
  const { 'content-length': _length, 'transfer-encoding': _encoding, ...headers } = request.headers
  try {
    const answer = await fastify.inject({
      method: request.method ?? 'GET',
      url: request.url ?? '/',
      headers,
      remoteAddress: request.socket.remoteAddress ?? '',
      ...(hasBody(request) ? { payload: JSON.stringify(request.body) } : {}),
    })
    const { connection: _connection, ...kept } = answer.headers
    response.writeHead(answer.statusCode, kept as Record<string, string>)
    response.end(answer.rawPayload)
  } catch (error) {
    response.destroy(error as Error)
  }
}

/** Middlewares put an empty object where no body came. */
const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
