/** The web's Request and Response over the same routes, for runtimes and frameworks that speak them. */
import type { FastifyInstance, InjectOptions } from 'fastify'

/** Of a request that came by no connection of ours: who sent it is not known. */
export const NO_ADDRESS = '0.0.0.0'

export async function answerFetch(fastify: FastifyInstance, request: Request): Promise<Response> {
  const { pathname, search } = new URL(request.url)
  const body = request.body === null ? undefined : Buffer.from(await request.arrayBuffer())
  const options: InjectOptions = {
    method: request.method,
    url: pathname + search,
    headers: Object.fromEntries(request.headers),
    remoteAddress: NO_ADDRESS,
    ...(body === undefined ? {} : { payload: body }),
  }
  const answer = await fastify.inject(options)
  const headers = new Headers()
  for (const [name, value] of Object.entries(answer.headers)) {
    for (const each of [value].flat()) if (each !== undefined) headers.append(name, String(each))
  }
  const empty = answer.statusCode === 204 || answer.statusCode === 304
  return new Response(empty ? null : new Uint8Array(answer.rawPayload), {
    status: answer.statusCode,
    headers,
  })
}
