/** Serving inside of another server: a plain function of Node's request and response, as Express and Nest mount it. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { FastifyInstance } from 'fastify'

/** A request whose body was read by a middleware before us, such as `express.json()`. */
interface ReadRequest extends IncomingMessage {
  readonly body?: unknown
}

export function mounted(
  fastify: FastifyInstance,
): (request: IncomingMessage, response: ServerResponse) => void {
  return (request: ReadRequest, response) => {
    if (request.body === undefined || !request.readableEnded) fastify.routing(request, response)
    else void relay(fastify, request, response)
  }
}

/** The stream has nothing more to give: the body goes in as text again. */
async function relay(
  fastify: FastifyInstance,
  request: ReadRequest,
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
