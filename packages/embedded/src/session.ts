/**
 * Asks the server one statement over TCP. All this package has to say in SQL is "are you ready?", "is there such a
 * database?" and "create it", so it speaks that much of Postgres' protocol (version 3) itself instead of bringing a
 * driver along. A whole answer proves that the server takes connections, knows our password, and works.
 */
import { connect, type Socket } from 'node:net'
import { ScramExchange } from './scram.js'

export interface Address {
  readonly port: number
  readonly user: string
  readonly password: string
  readonly database: string
}

/** An error that the server reported. */
export class ServerError extends Error {
  override readonly name = 'ServerError'
  /** Such as '57P03': https://www.postgresql.org/docs/current/errcodes-appendix.html */
  readonly sqlState: string

  constructor(sqlState: string, message: string) {
    super(message)
    this.sqlState = sqlState
  }
}

interface Message {
  readonly type: string
  readonly body: Buffer
}

/**
 * Runs one statement on a connection of its own, to 127.0.0.1.
 * @param silenceMs How long the server may say nothing before it is given up.
 * @returns How many rows came.
 * @throws ServerError if the server refuses; an error of Node's if there is no server or it goes silent.
 */
export async function ask(address: Address, statement: string, silenceMs: number): Promise<number> {
  const socket = connect({ host: '127.0.0.1', port: address.port })
  socket.setTimeout(silenceMs, () =>
    socket.destroy(new Error(`no answer on port ${address.port} for ${silenceMs} ms`)),
  )
  // Errors reach us through the messages; one that comes when we no longer listen must not end the process.
  socket.on('error', () => undefined)
  try {
    socket.write(startup(address))
    const messages = messagesOf(socket)
    await authenticate(socket, messages, address.password)
    await untilReady(messages)
    socket.write(message('Q', cstring(statement)))
    const rowCount = await untilReady(messages)
    socket.end(message('X'))
    return rowCount
  } finally {
    socket.destroy()
  }
}

const AUTHENTICATION = { ok: 0, sasl: 10, saslContinue: 11, saslFinal: 12 }

async function authenticate(
  socket: Socket,
  messages: AsyncIterator<Message>,
  password: string,
): Promise<void> {
  const scram = new ScramExchange(password)
  for (;;) {
    const { type, body } = await next(messages)
    if (type !== 'R') continue
    const kind = body.readInt32BE(0)
    const text = body.toString('utf8', 4)
    if (kind === AUTHENTICATION.ok) return
    if (kind === AUTHENTICATION.sasl) {
      const first = Buffer.from(scram.first())
      socket.write(message('p', cstring('SCRAM-SHA-256'), int32(first.length), first))
    } else if (kind === AUTHENTICATION.saslContinue) socket.write(message('p', Buffer.from(scram.last(text))))
    else if (kind === AUTHENTICATION.saslFinal) scram.verify(text)
    else throw new Error(`the server asks for an unknown kind of authentication (${kind})`)
  }
}

async function untilReady(messages: AsyncIterator<Message>): Promise<number> {
  let rowCount = 0
  for (;;) {
    const { type } = await next(messages)
    if (type === 'D') rowCount++
    if (type === 'Z') return rowCount
  }
}

async function next(messages: AsyncIterator<Message>): Promise<Message> {
  const result = await messages.next()
  if (result.done === true) throw new Error('the server closed the connection')
  if (result.value.type === 'E') throw serverError(result.value.body)
  return result.value
}

const HEADER_BYTES = 5
const MESSAGE_BYTES_MAX = 1024 * 1024

async function* messagesOf(socket: Socket): AsyncGenerator<Message> {
  let pending = Buffer.alloc(0)
  for await (const chunk of socket as AsyncIterable<Buffer>) {
    pending = Buffer.concat([pending, chunk])
    while (pending.length >= HEADER_BYTES) {
      const end = 1 + pending.readInt32BE(1)
      if (end < HEADER_BYTES || end > MESSAGE_BYTES_MAX) throw new Error('this is not a Postgres server')
      if (pending.length < end) break
      yield { type: pending.toString('latin1', 0, 1), body: pending.subarray(HEADER_BYTES, end) }
      pending = pending.subarray(end)
    }
  }
}

/** The fields of an error are a letter and a text each; C is the SQLSTATE, M the message. */
function serverError(body: Buffer): ServerError {
  const fields = Object.fromEntries(
    body
      .toString('utf8')
      .split('\0')
      .map((field) => [field.slice(0, 1), field.slice(1)]),
  )
  return new ServerError(fields['C'] ?? '', fields['M'] ?? 'unknown error')
}

const PROTOCOL_3 = 3 << 16

function startup({ user, database }: Address): Buffer {
  const parameters = ['user', user, 'database', database, 'application_name', 'keelson embedded', ''].map(
    cstring,
  )
  const body = Buffer.concat([int32(PROTOCOL_3), ...parameters])
  return Buffer.concat([int32(body.length + 4), body])
}

function message(type: string, ...parts: Buffer[]): Buffer {
  const body = Buffer.concat(parts)
  return Buffer.concat([Buffer.from(type), int32(body.length + 4), body])
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(value)
  return bytes
}

function cstring(text: string): Buffer {
  return Buffer.from(`${text}\0`)
}
