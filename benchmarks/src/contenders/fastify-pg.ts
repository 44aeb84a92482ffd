/** The hand-written peer in its two variants, on the shop's own migration and tables of its own beside it. */
import { readdir, readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { withClient } from '../database/client.js'
import { PEER_TABLES } from '../database/peer-tables.js'
import type { Contender } from './contender.js'

const TOKEN = 'a-token-that-the-peer-keeps-in-memory'
const CALLER_ID = '00000000-0000-7000-8000-000000000001'
const SHOP_MIGRATIONS = new URL('migrations/', import.meta.resolve('@keelson/example-shop/package.json'))

const variant = (name: string, argument: string): Contender => ({
  name,
  face: 'shop',
  readyPath: '/v1/items/sku-00000',
  launch: ({ databaseUrl, port, token }) => ({
    program: fileURLToPath(new URL('../peers/fastify-pg/main.js', import.meta.url)),
    args: [argument],
    environment: { DATABASE_URL: databaseUrl, PORT: String(port), API_KEY: token, CALLER_ID },
  }),
  shop: { events: 'events', answers: 'idempotency', prepare },
})

export const fastifyPg = variant('fastify-pg', 'transaction')
export const fastifyPgOneStatement = variant('fastify-pg-one-statement', 'one-statement')

async function prepare(databaseUrl: string): Promise<{ token: string }> {
  const files = (await readdir(SHOP_MIGRATIONS)).filter((file) => file.endsWith('.sql')).toSorted()
  await withClient(databaseUrl, async (client) => {
    for (const file of files) await client.query(await readFile(new URL(file, SHOP_MIGRATIONS), 'utf8'))
    await client.query(PEER_TABLES)
  })
  return { token: TOKEN }
}
