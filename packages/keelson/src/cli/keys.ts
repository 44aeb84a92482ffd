/** `keelson keys`: making, listing, revoking and rotating API keys, in the database alone; the app need not run. */
import { KeyStore, type ApiKey, type IssuedKey } from '../auth/key-store.js'
import { asJson, inDatabase } from './in-database.js'
import { KEYS_HELP, parseKeysCommand, type KeysCommand } from './keys-arguments.js'
import { columns, plain } from './listing.js'

const SUBJECT = { what: 'the keys', tables: 'the table keelson.api_keys' }

/** Throws UsageError, Obstacle, and KeelsonError where the database cannot be used. */
export async function keys(words: readonly string[], say: (text: string) => void): Promise<void> {
  const command = parseKeysCommand(words, Date.now())
  if (command.action === 'help') {
    say(KEYS_HELP)
    return
  }
  say(await inDatabase(SUBJECT, (connections) => run(command, new KeyStore(connections))))
}

async function run(
  command: Exclude<KeysCommand, { readonly action: 'help' }>,
  store: KeyStore,
): Promise<string> {
  switch (command.action) {
    case 'create': {
      const issued = await store.create(command.grant)
      return command.json ? asJson(issued) : shownOnce(issued)
    }
    case 'list': {
      const listed = await store.list({ owner: command.owner, ended: command.ended })
      return command.json ? asJson(listed) : table(listed)
    }
    case 'revoke': {
      const revoked = await store.revoke(command.named)
      return command.json
        ? asJson(revoked)
        : `${revoked.prefix}… is revoked. Every process refuses it within five seconds.\n`
    }
    case 'rotate': {
      const { named, overlapMs, expiresAt } = command
      const issued = await store.rotate(named, { overlapMs, expiresAt })
      return command.json ? asJson(issued) : shownOnce(issued)
    }
  }
}

const shownOnce = ({ key, ...shown }: IssuedKey): string =>
  `${key}\n\nThis is the only time that the key is shown.\n\n${facts(shown)}`

function facts(key: ApiKey): string {
  const rows: [string, string][] = [
    ['id', key.id],
    ['owner', key.owner],
    ['scopes', key.scopes.join(', ') || 'none'],
    ['expires', moment(key.expiresAt, 'never')],
    ['addresses', key.addresses.join(', ') || 'all'],
  ]
  if (key.name !== null) rows.splice(1, 0, ['name', key.name])
  return rows.map(([name, value]) => `  ${name.padEnd(10)}${value}\n`).join('')
}

const COLUMNS = ['PREFIX', 'NAME', 'OWNER', 'SCOPES', 'EXPIRES', 'LAST USED', 'ADDRESSES', 'ID'] as const

function table(keys: readonly ApiKey[]): string {
  if (keys.length === 0) return 'There are no keys.\n'
  const rows = keys.map((key) => [
    key.prefix,
    plain(key.name ?? ''),
    key.owner,
    key.scopes.join(','),
    key.revokedAt === null ? moment(key.expiresAt, 'never') : `revoked ${moment(key.revokedAt, '')}`,
    moment(key.lastUsedAt, 'never'),
    key.addresses.join(','),
    key.id,
  ])
  return columns(COLUMNS, rows)
}

/** To the minute, in universal time. */
const moment = (date: Date | null, none: string): string =>
  date === null ? none : `${date.toISOString().slice(0, 16).replace('T', ' ')}Z`
