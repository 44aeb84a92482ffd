/** The web's Request and Response over the same routes, for runtimes and frameworks that speak them. */
import { Readable } from 'node:stream'
import type { FastifyInstance, InjectOptions } from 'fastify'

/** Of a request that came by no connection of ours: who sent it is not known. */
export const NO_ADDRESS = '0.0.0.0'

/** Bodies go in and out as they arrive; a request that is aborted counts as a caller who hung up. */
export async function answerFetch(fastify: FastifyInstance, request: Request): Promise<Response> {
  const { pathname, search } = new URL(request.url)
  const headers = Object.fromEntries(request.headers)
  const body = request.body
  if (body !== null && headers['content-length'] === undefined) headers['transfer-encoding'] = 'chunked'
  const options: InjectOptions = {
    method: request.method,
    url: pathname + search,
    headers,
    remoteAddress: NO_ADDRESS,
    payloadAsStream: true,
    signal: request.signal,
    ...(body === null ? {} : { payload: Readable.fromWeb(body) }),
  }
  const answer = await fastify.inject(options)
  const told = new Headers()
  for (const [name, value] of Object.entries(answer.headers)) {
    for (const each of [value].flat()) if (each !== undefined) told.append(name, String(each))
  }
  const isEmpty = answer.statusCode === 204 || answer.statusCode === 304 || request.method === 'HEAD'
  return new Response(isEmpty ? null : (Readable.toWeb(answer.stream()) as ReadableStream), {
    status: answer.statusCode,
    headers: told,
  })
}
