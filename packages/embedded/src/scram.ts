/**
 * SCRAM-SHA-256 (RFC 5802, 7677), the client's side: proves that we know the password without sending it, and checks
 * that the server knows it too, so that a stranger that got hold of the port is not taken for our server.
 */
import { createHash, createHmac, pbkdf2Sync, randomBytes, timingSafeEqual } from 'node:crypto'

/** One authentication. The three steps are called in order; each throws if the server's message is wrong. */
export class ScramExchange {
  readonly #password: string
  readonly #nonce = randomBytes(18).toString('base64')
  #serverSignature: Buffer | undefined

  /** The password must be ASCII: it is not normalised. */
  constructor(password: string) {
    this.#password = password
  }

  /** The client's first message. Postgres takes the user from the startup message, so it is left empty here. */
  first(): string {
    return `n,,n=,r=${this.#nonce}`
  }

  /** The client's last message, in answer to the server's first. */
  last(serverFirst: string): string {
    const { r: nonce = '', s: salt = '', i: iterations = '' } = attributesOf(serverFirst)
    if (!nonce.startsWith(this.#nonce) || nonce.length === this.#nonce.length)
      throw new Error('SCRAM: wrong nonce')
    const salted = pbkdf2Sync(this.#password, Buffer.from(salt, 'base64'), Number(iterations), 32, 'sha256')
    const clientKey = hmac(salted, 'Client Key')
    const withoutProof = `c=biws,r=${nonce}`
    const exchange = `n=,r=${this.#nonce},${serverFirst},${withoutProof}`
    const clientSignature = hmac(createHash('sha256').update(clientKey).digest(), exchange)
    const proof = clientKey.map((byte, index) => byte ^ (clientSignature[index] ?? 0))
    this.#serverSignature = hmac(hmac(salted, 'Server Key'), exchange)
    return `${withoutProof},p=${Buffer.from(proof).toString('base64')}`
  }

  /** Checks the server's last message. */
  verify(serverLast: string): void {
    const given = Buffer.from(attributesOf(serverLast)['v'] ?? '', 'base64')
    const expected = this.#serverSignature
    if (expected === undefined || given.length !== expected.length || !timingSafeEqual(given, expected)) {
      throw new Error('SCRAM: the server does not know the password')
    }
  }
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest()
}

function attributesOf(message: string): Record<string, string | undefined> {
  return Object.fromEntries(message.split(',').map((part) => [part.slice(0, 1), part.slice(2)]))
}
