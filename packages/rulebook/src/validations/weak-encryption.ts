/** Weak encryption. */
import type { Validation } from '../entry.js'

export const weakEncryption: Validation = {
  kind: 'validation',
  id: 'weak-encryption',
  title: 'Weak encryption',
  severity: 'high',
  why: 'Ciphers fail in their use rather than in their core: ECB shows which blocks are equal, CBC without a MAC lets texts be changed and padding be asked for, an initialisation vector used twice with GCM gives away the key of authentication, and a tag of four bytes can be guessed. All of it decrypts correctly in every test.',
  looksFor:
    "`createCipheriv` with `des`, `rc4`, `bf`, `-ecb`, or `-cbc` and `-ctr` without a MAC; an IV or nonce that is a constant, derived from the key, a counter kept in memory, or a row’s id used again on update; `createDecipheriv('aes-…-gcm')` without `authTagLength` (or without a check of the tag’s length), or `final()` left out; keys from a password by a plain hash; RSA below 2,048 bits or PKCS#1 v1.5 padding, EC curves below 256 bits; keys of HMAC below 128 bits.",
  sparesFor: [
    'AES-256-GCM or ChaCha20-Poly1305 with twelve random bytes for each message, tag of sixteen, stored beside the text.',
    'Envelope libraries and KMS, libsodium’s `secretbox` and `crypto_aead`.',
    'CBC with encrypt-then-MAC whose MAC is compared first.',
    'MD5 and ECB where nothing is protected: a partner’s legacy checksum, with a remark.',
  ],
  fix: 'One module that owns encryption: AES-256-GCM, random nonce, `authTagLength: 16`, the record’s table and id as additional data, a key id in front for rotation. Derive keys by HKDF or scrypt. Let nothing else import ciphers.',
  numbers: [
    'With random nonces of 96 bits at most 2^32 messages under one key [NIST SP 800-38D, section 8.3].',
    'Since Node 23 the runtime deprecates short GCM tags without explicit `authTagLength`, DEP0182; 16 bytes is the full tag [Node documentation, Deprecated APIs].',
  ],
  siblings: ['field-encryption', 'insecure-randomness', 'hard-coded-secret', 'weak-password-hash'],
  covers: ['weak or ECB ciphers', 'static IV', 'no GCM tag length', 'short keys'],
  wrong: {
    language: 'ts',
    stack: 'node:crypto',
    text: `const IV = Buffer.alloc(12)
export const seal = (text: string) => {
  const cipher = createCipheriv('aes-256-gcm', createHash('md5').update(PASSWORD).digest('hex'), IV)
  return cipher.update(text, 'utf8', 'hex') + cipher.final('hex') + cipher.getAuthTag().toString('hex')
}`,
  },
  right: {
    language: 'ts',
    stack: 'node:crypto',
    text: `const authTagLength = 16

export function seal(text: string, key: Key, context: string): Buffer {
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', key.bytes, nonce, { authTagLength })
  cipher.setAAD(Buffer.from(context))
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
  return Buffer.concat([Buffer.from([key.id]), nonce, sealed, cipher.getAuthTag()])
}`,
  },
  executedBy: 'by-hand',
}
