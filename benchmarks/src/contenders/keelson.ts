/** Our own: the shop of examples/, started by the command that runs it in production. */
import { randomUUID } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { withClient } from '../database/client.js'
import { startApp } from './app-process.js'
import type { Contender } from './contender.js'

const RUNTIME = import.meta.resolve('keelson')
export const COMMAND = fileURLToPath(new URL('../../bin/keelson.js', RUNTIME))
/** Not a part of the package's public face; but what a key looks like is the runtime's affair, so its own code makes it. */
const API_KEY_MODULE = new URL('auth/api-key.js', RUNTIME)
const APP = fileURLToPath(import.meta.resolve('@keelson/example-shop/dist/src/app.js'))
const CALLER_ID = '00000000-0000-7000-8000-000000000001'

interface ApiKeyModule {
  newApiKey(this: void): { readonly key: string; readonly hash: string; readonly prefix: string }
}

export const keelson: Contender = {
  name: 'keelson',
  face: 'shop',
  readyPath: '/readyz',
  launch: ({ databaseUrl, port }) => ({
    program: COMMAND,
    // What follows an order elsewhere, in subscribers and jobs, the baseline does not do at all.
    args: ['start', APP, '--roles', 'http'],
    environment: { DATABASE_URL: databaseUrl, PORT: String(port), HOST: '127.0.0.1', LOG_LEVEL: 'warn' },
  }),
  shop: { events: 'keelson.events', answers: 'keelson.idempotency', prepare },
}

async function prepare(databaseUrl: string): Promise<{ token: string }> {
  // Its start migrates.
  const app = await startApp(keelson, databaseUrl, '')
  await app.stop()
  const { newApiKey } = (await import(API_KEY_MODULE.href)) as ApiKeyModule
  const { key, hash, prefix } = newApiKey()
  await withClient(databaseUrl, (client) =>
    client.query(
      'insert into keelson.api_keys (id, hash, prefix, owner, scopes) values ($1, $2, $3, $4, $5)',
      [randomUUID(), hash, prefix, CALLER_ID, []],
    ),
  )
  return { token: key }
}
