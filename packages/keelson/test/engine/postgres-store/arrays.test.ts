import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import { arrayOf, columnArrays } from '../../../src/engine/postgres-store/arrays.js'
import { createTestDatabase, type TestDatabase } from '../../support/database.js'

let database: TestDatabase
before(async () => {
  database = await createTestDatabase('select 1')
})
after(() => database.drop())

const texts = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.constantFrom('', 'NULL', 'null', '"', '\\', '{}', ',', '\n', '\t"', '{"a":"b\\n\\u2028"}', ' ', 'é"\\'),
)

test('Postgres reads every text as it was', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.option(texts.map((text) => text.replaceAll('\0', '').toWellFormed())), { maxLength: 20 }),
      async (values) => {
        const { rows } = await database.client.query<{ back: (string | null)[] }>(
          'select $1::text[] as back',
          [arrayOf(values)],
        )
        assert.deepEqual(rows[0]!.back, values)
      },
    ),
    { numRuns: 300 },
  )
})

test('columns of tuples become one array each', () => {
  assert.deepEqual(
    columnArrays(
      [
        ['a', null, 'c'],
        ['d', 'e', 'f'],
      ],
      [2, 1],
    ),
    ['{"c","f"}', '{null,"e"}'],
  )
})
