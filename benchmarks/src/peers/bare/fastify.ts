/** Fastify with nothing behind it: the ceiling of any service on Fastify. */
import fastify from 'fastify'

const app = fastify({ logger: false })
const hello = { type: 'object', properties: { hello: { type: 'string' } } }
app.get('/hello', { schema: { response: { 200: hello } } }, () => Promise.resolve({ hello: 'world' }))

process.once('SIGTERM', () => void app.close())
await app.listen({ port: Number(process.env['PORT']), host: '127.0.0.1' })
