/** A database of its own for a test file, on the server that `npm test` provides. */
import { randomBytes } from 'node:crypto'
import pg from 'pg'

export interface TestDatabase {
  readonly url: string
  readonly client: pg.Client
  drop(): Promise<void>
}

function serverUrl(): string {
  const url = process.env.KEELSON_TEST_DATABASE_URL
  if (url === undefined) throw new Error('KEELSON_TEST_DATABASE_URL is not set: run the tests by `npm test`.')
  return url
}

export async function createTestDatabase(script: string): Promise<TestDatabase> {
  const name = `keelson_test_${randomBytes(6).toString('hex')}`
  const server = new pg.Client({ connectionString: serverUrl() })
  await server.connect()
  await server.query(`create database ${name}`)
  const url = new URL(serverUrl())
  url.pathname = `/${name}`
  const client = new pg.Client({ connectionString: url.href })
  client.on('error', () => undefined)
  await client.connect()
  await client.query(script)
  return {
    url: url.href,
    client,
    async drop() {
      await client.end()
      await server.query(`drop database ${name} with (force)`)
      await server.end()
    },
  }
}

/** The engine's own table, as far as these tests need it. */
export const GROUPS =
  'create schema keelson; create table keelson.groups (id uuid primary key, committed_at timestamptz not null default now(), voided boolean not null default false);'
