/** HTTP with nothing behind it: how fast any service on Fastify, or on Node, could be here. */
import { fileURLToPath } from 'node:url'
import type { Contender } from './contender.js'

const bare = (name: string, program: URL): Contender => ({
  name,
  face: 'hello',
  readyPath: '/hello',
  launch: ({ port }) => ({
    program: fileURLToPath(program),
    args: [],
    environment: { PORT: String(port) },
  }),
})

export const bareFastify = bare('bare-fastify', new URL('../peers/bare/fastify.js', import.meta.url))
export const bareHttp = bare('bare-http', new URL('../peers/bare/http.js', import.meta.url))
