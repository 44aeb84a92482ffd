/** Node's own HTTP server with nothing behind it: the floor of HTTP on Node. */
import { createServer } from 'node:http'

const server = createServer((_request, response) => {
  const body = JSON.stringify({ hello: 'world' })
  response.writeHead(200, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
  })
  response.end(body)
})

process.once('SIGTERM', () => {
  server.close()
  server.closeIdleConnections()
})
server.listen(Number(process.env['PORT']), '127.0.0.1')
