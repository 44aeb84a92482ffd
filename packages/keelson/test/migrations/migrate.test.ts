import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { KeelsonError } from '../../src/errors.js'
import { migrate } from '../../src/migrations/migrate.js'
import { OWN_MIGRATIONS } from '../../src/migrations/own.js'
import { Connections } from '../../src/postgres/connections.js'
import { createTestDatabase, type TestDatabase } from '../support/database.js'

let database: TestDatabase
const opened: Connections[] = []
const connect = (): Connections => {
  const connections = new Connections({ url: database.url, max: 4 })
  opened.push(connections)
  return connections
}

before(async () => {
  database = await createTestDatabase('')
})
after(async () => {
  await Promise.all(opened.map((connections) => connections.close()))
  await database.drop()
})

const exists = async (table: string): Promise<boolean> => {
  const { rows } = await database.client.query<{ found: boolean }>(
    'select to_regclass($1) is not null as found',
    [table],
  )
  return rows[0]!.found
}

test('several processes at once apply each migration once, in order', async () => {
  const files = [
    { name: '0001.sql', sql: 'create table a (n int); insert into a values (1);' },
    { name: '0002.sql', sql: 'alter table a add column m int; insert into a values (2, 3);' },
  ]
  const runs = await Promise.all(
    Array.from({ length: 5 }, async () => migrate(connect(), [...OWN_MIGRATIONS, ...files])),
  )
  assert.deepEqual(
    runs.flat().toSorted(),
    [...OWN_MIGRATIONS.map(({ name }) => name), '0001.sql', '0002.sql'].toSorted(),
  )
  const { rows } = await database.client.query('select n, m from a order by n')
  assert.deepEqual(rows, [
    { n: 1, m: null },
    { n: 2, m: 3 },
  ])
  assert.deepEqual(await migrate(connect(), [...OWN_MIGRATIONS, ...files]), [])
})

test('a changed file is refused by name; another line ending is no change', async () => {
  await migrate(connect(), [{ name: 'changed.sql', sql: 'select 1;\n' }])
  await migrate(connect(), [{ name: 'changed.sql', sql: 'select 1;\r\n' }])
  await assert.rejects(
    migrate(connect(), [{ name: 'changed.sql', sql: 'select 2;\n' }]),
    (error: KeelsonError) => {
      assert.equal(error.code, 'migration_failed')
      assert.match(error.message, /changed\.sql was changed after it had been applied/)
      return true
    },
  )
})

test('a failing statement undoes its file, and is told with file, line and column', async () => {
  const sql = '-- a comment\ncreate table gone (n int);\n\ninsert into gone values (1),\n  (nonsense);\n'
  await assert.rejects(
    migrate(connect(), [
      { name: 'broken.sql', sql },
      { name: 'later.sql', sql: 'create table later (n int)' },
    ]),
    (error: KeelsonError) => {
      assert.match(error.message, /broken\.sql fails at line 5, column 4: column "nonsense" does not exist/)
      return true
    },
  )
  assert.equal(await exists('gone'), false)
  assert.equal(await exists('later'), false)
})

test('a statement that fails while it runs is told with the line where it starts', async () => {
  const sql = 'create table p (n int primary key);\ninsert into p values (1);\ninsert into p values (1);\n'
  await assert.rejects(
    migrate(connect(), [{ name: 'twice.sql', sql }]),
    /twice\.sql fails at line 3, column 1/,
  )
})

test('tables go to public, also where the path begins with our schema, as it does for a user called keelson', async () => {
  const { rows } = await database.client.query<{ name: string }>('select current_database() as name')
  await database.client.query(`alter database ${rows[0]!.name} set search_path to keelson, public`)
  await migrate(connect(), [{ name: 'path.sql', sql: 'create table here (n int)' }])
  assert.equal(await exists('public.here'), true)
  assert.equal(await exists('keelson.here'), false)
})
