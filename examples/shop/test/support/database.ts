/** A database of its own for a test file, on the server that `npm test` provides. */
import { randomBytes } from 'node:crypto'
import pg from 'pg'

export interface TestDatabase {
  readonly url: string
  query(text: string): Promise<void>
  drop(): Promise<void>
}

const withClient = async (url: string, text: string): Promise<void> => {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(text)
  } finally {
    await client.end()
  }
}

export const createTestDatabase = async (): Promise<TestDatabase> => {
  const serverUrl = process.env['KEELSON_TEST_DATABASE_URL']
  if (serverUrl === undefined)
    throw new Error('KEELSON_TEST_DATABASE_URL is not set: run the tests by `npm test`.')
  const name = `shop_test_${randomBytes(6).toString('hex')}`
  await withClient(serverUrl, `create database ${name}`)
  const url = new URL(serverUrl)
  url.pathname = `/${name}`
  return {
    url: url.href,
    query: (text) => withClient(url.href, text),
    drop: () => withClient(serverUrl, `drop database ${name} with (force)`),
  }
}
