/** `keelson keys`: making, listing, revoking and rotating API keys, in the database alone; the app need not run. */
import { KeyStore, type ApiKey, type IssuedKey } from '../auth/key-store.js'
import { readConfig } from '../config/config.js'
import { KeelsonError } from '../errors.js'
import { Connections } from '../postgres/connections.js'
import { reach } from '../postgres/reach.js'
import { sqlStateOf } from '../postgres/sqlstate.js'
import { Obstacle } from './failure.js'
import { KEYS_HELP, parseKeysCommand, type KeysCommand } from './keys-arguments.js'

/** Throws UsageError, Obstacle, and KeelsonError where the database cannot be used. */
export async function keys(words: readonly string[], say: (text: string) => void): Promise<void> {
  const command = parseKeysCommand(words, Date.now())
  if (command.action === 'help') {
    say(KEYS_HELP)
    return
  }
  const { databaseUrl } = readConfig(process.env)
  if (databaseUrl === undefined)
    throw new Obstacle(
      'DATABASE_URL is missing: the database that holds the keys. `keelson dev` shows its own.',
    )
  const connections = new Connections({ url: databaseUrl, max: 1 })
  try {
    await reach(connections, databaseUrl)
    say(await run(command, new KeyStore(connections)))
  } catch (error) {
    throw explained(error)
  } finally {
    await connections.close()
  }
}

async function run(
  command: Exclude<KeysCommand, { readonly action: 'help' }>,
  store: KeyStore,
): Promise<string> {
  const asJson = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`
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

function explained(error: unknown): unknown {
  // 42P01: no such table; 42703: no such column; 3F000: no such schema.
  if (['42P01', '42703', '3F000'].includes(sqlStateOf(error) ?? ''))
    return new Obstacle(
      'This database does not have the tables of this version of Keelson: start the app on it once, which makes them.',
      { cause: error },
    )
  if (sqlStateOf(error) === '42501')
    return new Obstacle('The user of DATABASE_URL may not use the table keelson.api_keys.', { cause: error })
  if (error instanceof KeelsonError && error.code === 'invalid_use')
    return new Obstacle(error.message, { cause: error })
  return error
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
    key.name ?? '',
    key.owner,
    key.scopes.join(','),
    key.revokedAt === null ? moment(key.expiresAt, 'never') : `revoked ${moment(key.revokedAt, '')}`,
    moment(key.lastUsedAt, 'never'),
    key.addresses.join(','),
    key.id,
  ])
  const widths = COLUMNS.map((name, at) => Math.max(name.length, ...rows.map((row) => row[at]!.length)))
  return [COLUMNS, ...rows]
    .map(
      (row) =>
        `${row
          .map((text, at) => text.padEnd(widths[at]!))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('')
}

/** To the minute, in universal time. */
const moment = (date: Date | null, none: string): string =>
  date === null ? none : `${date.toISOString().slice(0, 16).replace('T', ' ')}Z`
