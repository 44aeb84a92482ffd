/** A server that writes down what it hears, and answers when it is told to: what reached it, and what did not. */
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import type { TestContext } from 'node:test'
import { until } from '../until.js'

export interface Heard {
  bytes: Buffer
  hasEnded: boolean
  isClosed: boolean
  readonly socket: Socket
}

export interface FakeServer {
  readonly url: string
  readonly connections: readonly Heard[]
}

/** @param answer Written after each chunk. */
export async function fakeServer(test: TestContext, answer = ''): Promise<FakeServer> {
  const connections: Heard[] = []
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    const heard: Heard = { bytes: Buffer.alloc(0), hasEnded: false, isClosed: false, socket }
    connections.push(heard)
    socket.on('data', (chunk) => {
      heard.bytes = Buffer.concat([heard.bytes, chunk])
      if (answer !== '') socket.write(answer)
    })
    socket.on('end', () => {
      heard.hasEnded = true
      socket.end()
    })
    socket.on('error', () => undefined)
    socket.on('close', () => (heard.isClosed = true))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  test.after(async () => {
    for (const { socket } of connections) socket.destroy()
    await new Promise((resolve) => server.close(resolve))
  })
  const { port } = server.address() as AddressInfo
  return { url: `postgres://user@127.0.0.1:${port}/db`, connections }
}

export interface FakeClient extends Heard {
  errorCode: string | undefined
}

/** Resolves when the connection to the proxy stands. */
export async function fakeClient(test: TestContext, url: string): Promise<FakeClient> {
  const socket = connect({ host: '127.0.0.1', port: Number(new URL(url).port), noDelay: true })
  const heard: FakeClient = {
    bytes: Buffer.alloc(0),
    hasEnded: false,
    isClosed: false,
    socket,
    errorCode: undefined,
  }
  let isConnected = false
  socket.on('connect', () => (isConnected = true))
  socket.on('data', (chunk) => (heard.bytes = Buffer.concat([heard.bytes, chunk])))
  socket.on('end', () => (heard.hasEnded = true))
  socket.on('error', (error: NodeJS.ErrnoException) => (heard.errorCode = error.code))
  socket.on('close', () => (heard.isClosed = true))
  test.after(() => void socket.destroy())
  await until('the connection', () => isConnected || heard.isClosed)
  return heard
}
