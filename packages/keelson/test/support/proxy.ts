/** A way to the database that a test can cut at a byte: what the client sends passes a judge, chunk by chunk. */
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'

/**
 * `pass`: on its way. `cut`: it never arrives, and the connection breaks. `lose answer`: it arrives, and the connection
 * breaks when the server answers. `hold`: the connection breaks for the client only, the server's side stays open, and
 * what was sent arrives when the test says `deliver`. A buffer: this arrives instead.
 */
export type Verdict = 'pass' | 'cut' | 'lose answer' | 'hold' | Buffer

export class Proxy {
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  /** The same database through this proxy. */
  readonly url: string
  judge: (chunk: Buffer) => Verdict = () => 'pass'
  readonly #held: (() => void)[] = []
  /** What the server said on connections that the client has lost. */
  unheard = ''

  private constructor(server: Server, url: string) {
    this.#server = server
    this.url = url
  }

  static async open(url: string): Promise<Proxy> {
    const target = new URL(url)
    const server = createServer({ noDelay: true })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const through = new URL(url)
    through.host = `127.0.0.1:${(server.address() as AddressInfo).port}`
    const proxy = new Proxy(server, through.href)
    server.on('connection', (client) => proxy.#join(client, target))
    return proxy
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  /** Lets everything arrive that is held. */
  deliver(): void {
    for (const send of this.#held.splice(0)) send()
  }

  #join(client: Socket, target: URL): void {
    const server = connect({ host: target.hostname, port: Number(target.port), noDelay: true })
    const cut = (): void => {
      client.destroy()
      server.destroy()
    }
    let losesAnswer = false
    let isHeld = false
    for (const socket of [client, server]) {
      this.#sockets.add(socket)
      const ended = (): void => (isHeld && socket === client ? void client.destroy() : cut())
      socket.on('error', ended)
      socket.on('close', () => {
        this.#sockets.delete(socket)
        ended()
      })
    }
    client.on('data', (chunk: Buffer) => {
      const verdict = this.judge(chunk)
      if (verdict === 'cut') return cut()
      if (verdict === 'hold') {
        isHeld = true
        this.#held.push(() => void server.write(chunk))
        client.destroy()
        return
      }
      if (verdict === 'lose answer') losesAnswer = true
      server.write(Buffer.isBuffer(verdict) ? verdict : chunk)
    })
    server.on('data', (chunk: Buffer) => {
      if (isHeld) this.unheard += chunk.toString('latin1')
      else if (losesAnswer) cut()
      else client.write(chunk)
    })
  }
}

/** Judges by a text in the chunk, so many times; afterwards everything passes. */
export function atText(text: string, times: number, verdict: (chunk: Buffer) => Verdict): Proxy['judge'] {
  let left = times
  return (chunk) => {
    if (left === 0 || !chunk.includes(text)) return 'pass'
    left--
    return verdict(chunk)
  }
}
