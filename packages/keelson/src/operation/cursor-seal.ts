/**
 * A cursor as it leaves: `c1_`, then as base64url the id of the key, a tag of 128 bits, and the encrypted values. The
 * tag is an HMAC-SHA-256 over what the cursor is bound to and the values, and the start of the encryption (AES-256-CTR)
 * at once: deterministic authenticated encryption by a synthetic IV (Rogaway and Shrimpton 2006). So nobody can make or
 * change a cursor, nobody reads from it what the answer leaves out, and the same page has the same cursor each time.
 */
import { createCipheriv, createDecipheriv, createHmac, hkdfSync, timingSafeEqual } from 'node:crypto'

const MARK = 'c1_'
const ID_BYTES = 4
const TAG_BYTES = 16

export interface CursorKey {
  /** 32 bits, by which cursors name it. */
  readonly id: number
  readonly authentication: Buffer
  readonly encryption: Buffer
}

export interface SealedCursor {
  readonly keyId: number
  readonly tag: Buffer
  readonly encrypted: Buffer
}

/** `secret`: at least 32 random bytes. */
export const cursorKey = (id: number, secret: Buffer): CursorKey => ({
  id,
  authentication: Buffer.from(hkdfSync('sha256', secret, '', 'keelson cursor authentication', 32)),
  encryption: Buffer.from(hkdfSync('sha256', secret, '', 'keelson cursor encryption', 32)),
})

/** `binding`: what the cursor must be used with, as text. */
export function sealCursor(key: CursorKey, binding: string, values: readonly string[]): string {
  const plain = Buffer.from(JSON.stringify(values))
  const tag = tagOf(key, binding, plain)
  const cipher = createCipheriv('aes-256-ctr', key.encryption, tag)
  const id = Buffer.alloc(ID_BYTES)
  id.writeUInt32BE(key.id)
  return MARK + Buffer.concat([id, tag, cipher.update(plain), cipher.final()]).toString('base64url')
}

export const looksLikeCursor = (text: string): boolean => text.startsWith(MARK)

/** The parts; undefined where it is no cursor at all. */
export function partsOfCursor(text: string): SealedCursor | undefined {
  if (!looksLikeCursor(text)) return undefined
  const encoded = text.slice(MARK.length)
  const bytes = Buffer.from(encoded, 'base64url')
  // One cursor has one text: Node's decoder passes over what is not base64url.
  if (bytes.length <= ID_BYTES + TAG_BYTES || bytes.toString('base64url') !== encoded) return undefined
  return {
    keyId: bytes.readUInt32BE(),
    tag: bytes.subarray(ID_BYTES, ID_BYTES + TAG_BYTES),
    encrypted: bytes.subarray(ID_BYTES + TAG_BYTES),
  }
}

/** The values; undefined where the cursor was not sealed by this key with this binding. */
export function openCursor(
  key: CursorKey,
  binding: string,
  { tag, encrypted }: SealedCursor,
): readonly string[] | undefined {
  const cipher = createDecipheriv('aes-256-ctr', key.encryption, tag)
  const plain = Buffer.concat([cipher.update(encrypted), cipher.final()])
  if (!timingSafeEqual(tagOf(key, binding, plain), tag)) return undefined
  return JSON.parse(plain.toString()) as string[]
}

/** The lengths keep the two parts apart. */
const tagOf = ({ authentication }: CursorKey, binding: string, plain: Buffer): Buffer =>
  createHmac('sha256', authentication)
    .update(`${Buffer.byteLength(binding)}\n${binding}`)
    .update(plain)
    .digest()
    .subarray(0, TAG_BYTES)
