/** An example on a database of its own, with a caller who may do everything and one who may do little. */
import { randomBytes } from 'node:crypto'
import { createLog, createServer, readConfig, type App, type Server } from 'keelson'
import pg from 'pg'
import shop from '@keelson/example-shop/dist/src/app.js'

export interface Service {
  readonly server: Server
  /** Where it listens, without a slash at the end. */
  readonly url: string
  /** With all scopes. */
  readonly key: string
  /** With none. */
  readonly customerKey: string
  /** On the server where its database is, and the database's name. */
  readonly admin: pg.Client
  readonly database: string
  /** What it has logged so far at `warn` and above. */
  readonly complaints: readonly string[]
  close(): Promise<void>
}

/** `serverUrl`: of a Postgres where databases may be made. */
export const startShop = (serverUrl: string): Promise<Service> => startService(shop, serverUrl)

export async function startService(app: App, serverUrl: string): Promise<Service> {
  const name = `keelson_contract_${randomBytes(6).toString('hex')}`
  const admin = new pg.Client({ connectionString: serverUrl })
  await admin.connect()
  await admin.query(`create database ${name}`)
  const databaseUrl = new URL(serverUrl)
  databaseUrl.pathname = `/${name}`
  const complaints: string[] = []
  const log = createLog({ level: 'warn', destination: { write: (line) => void complaints.push(line) } })
  const server = await createServer(app, {
    databaseUrl: databaseUrl.href,
    config: readConfig({ NODE_ENV: 'test' }),
    log,
  })
  const { key } = await server.keys.create({ owner: '00000000-0000-7000-8000-000000000001', scopes: ['*'] })
  const customer = await server.keys.create({ owner: '00000000-0000-7000-8000-000000000002', scopes: [] })
  const url = await server.listen({ host: '127.0.0.1', port: 0 })
  return {
    server,
    url,
    key,
    customerKey: customer.key,
    admin,
    database: name,
    complaints,
    async close() {
      await server.close()
      await admin.query(`drop database ${name} with (force)`)
      await admin.end()
    },
  }
}
