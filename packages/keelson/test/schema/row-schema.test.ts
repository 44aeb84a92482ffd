import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as pg from 'drizzle-orm/pg-core'
import * as z from 'zod'
import { encoderOf } from '../../src/schema/output-encoder.js'
import { rowSchema } from '../../src/schema/row-schema.js'

const mood = pg.pgEnum('mood', ['fine', 'bad'])
const everything = pg.pgTable('everything', {
  id: pg.uuid().primaryKey(),
  small: pg.smallint().notNull(),
  whole: pg.integer().notNull(),
  big: pg.bigint({ mode: 'bigint' }).notNull(),
  bigNumber: pg.bigint({ mode: 'number' }).notNull(),
  money: pg.numeric({ precision: 12, scale: 2 }).notNull(),
  real: pg.doublePrecision().notNull(),
  flag: pg.boolean().notNull(),
  name: pg.varchar({ length: 5 }).notNull(),
  kind: pg.text({ enum: ['a', 'b'] }).notNull(),
  mood: mood().notNull(),
  at: pg.timestamp({ withTimezone: true }).notNull(),
  day: pg.date({ mode: 'date' }).notNull(),
  dayText: pg.date().notNull(),
  tags: pg.text().array().notNull(),
  times: pg.timestamp({ withTimezone: true }).array().notNull(),
  json: pg.jsonb().$type<{ a: number }>().notNull(),
  note: pg.text(),
})
const Row = rowSchema(everything)

const wire = {
  id: '01a1fd5a-73c2-725d-9bca-5ca8d6747bcd',
  small: 1,
  whole: 2,
  big: '9007199254740993',
  bigNumber: 4,
  money: '10.50',
  real: 1.5,
  flag: true,
  name: 'abc',
  kind: 'a' as const,
  mood: 'bad' as const,
  at: '2026-02-03T04:05:06.789Z',
  day: '2026-02-03',
  dayText: '2026-02-04',
  tags: ['x'],
  times: ['2026-02-03T04:05:06.789Z'],
  json: { a: 1 },
  note: null,
}

test('a row reads from the wire and writes back the same', async () => {
  const row = Row.parse(wire)
  assert.deepEqual(row.at, new Date(wire.at))
  assert.deepEqual(row.times, [new Date(wire.at)])
  assert.equal(row.big, 9007199254740993n)
  const encoded = await encoderOf(Row)(row)
  assert.deepEqual(encoded, { ok: true, value: wire })
})

test('lengths, ranges and missing values are refused', () => {
  const wrong = {
    ...wire,
    small: 40_000,
    whole: 2 ** 31,
    name: 'too long',
    kind: 'c',
    mood: 'gone',
    money: '1,5',
    json: undefined,
  }
  const { error } = Row.safeParse(wrong)
  assert.deepEqual(error?.issues.map(({ path }) => path[0]).toSorted(), [
    'json',
    'kind',
    'money',
    'mood',
    'name',
    'small',
    'whole',
  ])
})

test('it is an ordinary object of Zod', () => {
  const Part = Row.pick({ id: true, at: true }).extend({ extra: z.int() })
  assert.deepEqual(Object.keys(Part.shape), ['id', 'at', 'extra'])
})
