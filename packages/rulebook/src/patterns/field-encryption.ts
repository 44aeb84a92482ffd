import type { Pattern } from '../entry.js'

export const fieldEncryption: Pattern = {
  kind: 'pattern',
  id: 'field-encryption',
  title: 'Field encryption',
  why: 'Encryption of disks protects a stolen disk, and nothing else: whoever has a backup, a replica, a dump on a laptop or an injection reads everything. Encrypting single fields in the application keeps bank accounts and health data unreadable in all those places, as long as the key is elsewhere. It costs what the database did with them: searching, sorting, joining.',
  when: 'For few fields that would hurt most: account numbers, national ids, tokens of other services, diagnoses. Not for passwords (hash them with Argon2id), not for what must be searched freely, and not instead of access rights.',
  steps: [
    'Use AES-256-GCM or XChaCha20-Poly1305 from the library; a fresh random nonce each time; never ECB, never a fixed IV.',
    'Bind the place: table, column and row id as associated data, so that a ciphertext cannot be moved to another row.',
    'Envelope: a data key for each tenant or table, itself encrypted by a key in a KMS. Destroying it erases, also in backups.',
    'Store version, key id, nonce, tag and ciphertext together; the key id makes rotation possible.',
    'Rotate by “new writes with the new key, reads with both”, and a back-fill in batches.',
    'To find by equality store an HMAC under a separate key; know that it shows which rows are equal, and that few values can be guessed.',
    'Decrypt late and log never; count decryptions by caller.',
  ],
  withKeelson: {
    language: 'ts',
    stack:
      'Keelson as it is: encryption is yours; input and output carry the clear text, rows never do. The nonce comes from the clear text and the row, since a handler may run twice',
    text: `import { createCipheriv, createDecipheriv, createHmac } from 'node:crypto'
import { pgTable, text } from 'drizzle-orm/pg-core'
import { command, query, signedIn } from 'keelson'
import { z } from 'zod'

export const accounts = pgTable('accounts', { owner: text().primaryKey(), iban: text().notNull() })

/** From the KMS in earnest, by id; the newest encrypts. */
const KEYS = new Map([['k1', Buffer.alloc(32, 'only for this example')]])
const NEWEST = 'k1'
const keyOf = (id: string): Buffer =>
  KEYS.get(id) ??
  (() => {
    throw new Error('There is no key ' + id)
  })()
const derived = (key: Buffer, purpose: string) => createHmac('sha256', key).update(purpose).digest()

/**
 * The nonce is a keyed hash of place and text, as in SIV: a repetition gives the same bytes, and two texts share
 * a nonce only by a collision of 96 bits. It shows that a row was saved with the value it had; nothing else.
 */
export function seal(place: string, clear: string): string {
  const key = keyOf(NEWEST)
  const iv = createHmac('sha256', derived(key, 'nonce'))
    .update(place + '\\0' + clear)
    .digest()
    .subarray(0, 12)
  const cipher = createCipheriv('aes-256-gcm', derived(key, 'data'), iv, { authTagLength: 16 })
  cipher.setAAD(Buffer.from(place))
  const sealed = Buffer.concat([cipher.update(clear, 'utf8'), cipher.final()])
  return ['v1', NEWEST, ...[iv, cipher.getAuthTag(), sealed].map((part) => part.toString('base64url'))].join(
    '.',
  )
}

/** Throws for what was changed, or sealed for another place. */
export function open(place: string, stored: string): string {
  const [version, keyId = '', iv = '', tag = '', sealed = ''] = stored.split('.')
  if (version !== 'v1') throw new Error('Not sealed by this code.')
  const key = derived(keyOf(keyId), 'data')
  const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(iv, 'base64url'), { authTagLength: 16 })
  decipher.setAAD(Buffer.from(place)).setAuthTag(Buffer.from(tag, 'base64url'))
  return Buffer.concat([decipher.update(Buffer.from(sealed, 'base64url')), decipher.final()]).toString('utf8')
}

const placeOf = (owner: string): string => 'accounts.iban.' + owner

export const setIban = command('accounts.setIban', {
  http: { put: '/account' },
  input: z.object({ iban: z.string().regex(/^[A-Z]{2}\\d{2}[A-Z0-9]{10,30}$/) }),
  allow: signedIn,
  async run({ input, actor, tx }) {
    await tx.upsert(accounts, { owner: actor.id, iban: seal(placeOf(actor.id), input.iban) })
  },
})

export const getIban = query('accounts.getIban', {
  http: { get: '/account' },
  output: z.object({ iban: z.string() }),
  allow: signedIn,
  async run({ actor, db }) {
    const { iban } = await db.require(accounts, actor.id)
    return { iban: open(placeOf(actor.id), iban) }
  },
})`,
  },
  byHand: {
    language: 'ts',
    stack: 'Drizzle: random nonces, and a blind index to find by',
    text: `import { createCipheriv, createHmac, randomBytes } from 'node:crypto'
import { eq } from 'drizzle-orm'
import type { NodePgDatabase } from 'drizzle-orm/node-postgres'
import { customType, pgTable, text } from 'drizzle-orm/pg-core'

const bytes = customType<{ data: Buffer; driverData: Buffer }>({ dataType: () => 'bytea' })

export const patients = pgTable('patients', {
  id: text().primaryKey(),
  number: bytes().notNull(),
  /** HMAC of the number under a key of its own: equal numbers have equal values, and nothing else is told. */
  numberIndex: bytes().notNull().unique(),
})

interface Keys {
  readonly data: Buffer
  readonly index: Buffer
}

const blind = (keys: Keys, number: string): Buffer => createHmac('sha256', keys.index).update(number).digest()

export async function addPatient(
  database: NodePgDatabase,
  keys: Keys,
  id: string,
  number: string,
): Promise<void> {
  const iv = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', keys.data, iv, { authTagLength: 16 })
  cipher.setAAD(Buffer.from('patients.number.' + id))
  const sealed = Buffer.concat([iv, cipher.update(number, 'utf8'), cipher.final(), cipher.getAuthTag()])
  await database.insert(patients).values({ id, number: sealed, numberIndex: blind(keys, number) })
}

export const findPatient = (database: NodePgDatabase, keys: Keys, number: string) =>
  database
    .select({ id: patients.id })
    .from(patients)
    .where(eq(patients.numberIndex, blind(keys, number)))
    .limit(1)`,
  },
  mistakes: [
    'The key beside the data: in the same database, the same backup, the same repository.',
    'pgcrypto with the key in the statement: it stands in the log of slow queries.',
    'A plain SHA-256 of a national id as an index; all of them are tried in seconds.',
    'Encrypting without a key id, so that the first rotation is a migration of everything at once.',
  ],
  numbers: [
    'GCM with random nonces of 96 bits: at most 2^32 encryptions under one key; a repeated nonce reveals the authentication key [NIST SP 800-38D, 8.3 and appendix A]',
    'Passwords: Argon2id with 19 MiB, 2 iterations, 1 lane at least [OWASP Password Storage Cheat Sheet]',
  ],
  siblings: ['secrets-management', 'least-privilege', 'audit-log', 'backup-and-restore', 'secrets-in-code'],
  covers: ['field encryption'],
}
