/** Pages, filters and orders as clients meet them. */
import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { asc, desc, sql } from 'drizzle-orm'
import { bigint, boolean, integer, numeric, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core'
import * as z from 'zod'
import type { Server } from '../../src/composition/server.js'
import { anyone, signedIn } from '../../src/operation/access.js'
import { command } from '../../src/operation/command.js'
import { oneOf, range } from '../../src/operation/filter.js'
import { module } from '../../src/operation/module.js'
import { pageInput, pageOf } from '../../src/operation/page.js'
import { query } from '../../src/operation/query.js'
import { rowSchema } from '../../src/schema/row-schema.js'
import { startApp, type TestApp } from '../support/app.js'
import { createTestDatabase, type TestDatabase } from '../support/database.js'

const SCRIPT = `
create table books (id uuid primary key, shelf text not null, price integer not null, weight numeric(8, 2) not null, copies bigint not null, lent boolean not null, shelved_at timestamptz not null, note text);`

const books = pgTable('books', {
  id: uuid().primaryKey(),
  shelf: text({ enum: ['a', 'b', 'c'] }).notNull(),
  price: integer().notNull(),
  weight: numeric({ precision: 8, scale: 2 }).notNull(),
  copies: bigint({ mode: 'bigint' }).notNull(),
  lent: boolean().notNull(),
  shelvedAt: timestamp('shelved_at', { withTimezone: true }).notNull(),
  note: text(),
})
const Book = rowSchema(books)

const listBooks = query('books.list', {
  http: { get: '/books' },
  input: pageInput(
    { heavy: z.boolean().optional(), marked: z.string().optional() },
    {
      limitDefault: 5,
      limitMax: 50,
      filter: {
        shelf: oneOf(books.shelf),
        lent: books.lent,
        copies: books.copies,
        price: range(books.price),
        shelvedAt: range(books.shelvedAt),
      },
      sort: {
        newest: [desc(books.shelvedAt), asc(books.price)],
        price: books.price,
        weight: books.weight,
        copies: books.copies,
      },
    },
  ),
  output: pageOf(Book),
  allow: signedIn,
  run: ({ input, db }) =>
    db.page(books, {
      where: input.filter,
      matching:
        input.marked !== undefined
          ? sql`${books.note} = ${input.marked}`
          : input.heavy === true
            ? sql`${books.weight} > 5`
            : undefined,
      orderBy: input.sort,
      page: input,
    }),
})
/** Two lists of one operation, one with a condition that changes with time. */
const shelves = query('books.shelves', {
  http: { get: '/shelves/:shelf' },
  input: pageInput({ shelf: z.enum(['a', 'b', 'c']) }),
  output: pageOf(Book, { total: true }),
  allow: anyone,
  run: ({ input, db, now }) =>
    db.page(books, {
      where: { shelf: input.shelf, shelvedAt: { lte: now } },
      orderBy: books.price,
      page: input,
      total: true,
    }),
})
const counted = query('books.counted', {
  http: { get: '/counted' },
  input: pageInput(
    { heavy: z.boolean().optional() },
    { page: 'offset', filter: { shelf: books.shelf }, sort: { note: books.note } },
  ),
  output: pageOf(Book, { page: 'offset' }),
  allow: anyone,
  run: ({ input, db }) =>
    db.page(books, {
      where: input.filter,
      matching:
        input.heavy === true
          ? sql`${books.weight} > ${2.5} and ${books.shelvedAt} < ${new Date('2100-01-01')} and ${books.shelf} = any(${sql.param(['a', 'b'])})`
          : undefined,
      orderBy: input.sort,
      page: input,
    }),
})
/** A command that reads a page, as it sees it. */
const touch = command('books.touch', {
  http: { post: '/touches' },
  input: pageInput(),
  output: pageOf(Book),
  allow: signedIn,
  run: ({ input, tx }) => tx.page(books, { orderBy: books.price, page: input }),
})

let database: TestDatabase
let app: TestApp
let other: Server
let stranger: Record<string, string>

before(async () => {
  database = await createTestDatabase(SCRIPT)
  const modules = [module('books', { books, listBooks, shelves, counted, touch })]
  app = await startApp(database.url, { modules })
  other = (await startApp(database.url, { modules })).server
  const { key } = await app.server.keys.create({
    owner: '00000000-0000-7000-8000-00000000000b',
    scopes: [],
  })
  stranger = { authorization: `Bearer ${key}` }
})
after(async () => {
  await other.close()
  await app.server.close()
  await database.drop()
})
beforeEach(() =>
  database.client.query(`
  truncate books;
  insert into books select gen_random_uuid(), (array['a','b','c'])[1 + n % 3], n / 4, n / 10.0, 9007199254740993 + n, n % 2 = 0, '2026-01-01T00:00:00.123456Z'::timestamptz + make_interval(secs => n / 3), null from generate_series(1, 60) n`),
)

interface Answer {
  readonly items: readonly Record<string, unknown>[]
  readonly next: string | null
  readonly total?: number
  readonly code?: string
  readonly errors?: readonly { readonly pointer: string; readonly message: string }[]
}
async function get(path: string, headers = app.headers, server = app.server): Promise<Answer> {
  return (await server.inject({ url: `/v1${path}`, headers })).json<Answer>()
}
const withCursor = (path: string, cursor: string): string =>
  `${path}${path.includes('?') ? '&' : '?'}cursor=${encodeURIComponent(cursor)}`

/** Every item, page by page; `between` happens after each page. */
async function all(
  path: string,
  between: () => Promise<unknown> = async () => undefined,
): Promise<Record<string, unknown>[]> {
  const items: Record<string, unknown>[] = []
  for (let next: string | null = ''; next !== null;) {
    const page: Answer = await get(next === '' ? path : withCursor(path, next))
    assert.ok(page.items, JSON.stringify(page))
    items.push(...page.items)
    next = page.next
    await between()
  }
  return items
}
const stored = async (where: string, order: string): Promise<string[]> => {
  const { rows } = await database.client.query<{ id: string }>(
    `select id from books where ${where} order by ${order}`,
  )
  return rows.map(({ id }) => id)
}
const ids = (items: readonly Record<string, unknown>[]): unknown[] => items.map(({ id }) => id)

for (const [sort, order] of [
  ['newest', 'shelved_at desc, price, id'],
  ['-newest', 'shelved_at, price desc, id desc'],
  ['price', 'price, id'],
  ['-price', 'price desc, id desc'],
  ['weight', 'weight, id'],
  ['-copies', 'copies desc, id desc'],
] as const) {
  test(`pages by ${sort} hold every row once, in order`, async () => {
    for (const limit of [1, 7, 50])
      assert.deepEqual(ids(await all(`/books?sort=${sort}&limit=${limit}`)), await stored('true', order))
  })
}

test('filters take what they say, together and alone', async () => {
  const cases = {
    '': 'true',
    'shelf=a': "shelf = 'a'",
    'shelf=a&shelf=b&lent=true': "shelf in ('a', 'b') and lent",
    'price.gte=3&price.lt=9': 'price >= 3 and price < 9',
    'copies=9007199254741003': 'copies = 9007199254741003',
    'shelvedAt.gt=2026-01-01T00:00:05Z&heavy=true': "shelved_at > '2026-01-01T00:00:05Z' and weight > 5",
    'price.gt=1000': 'false',
  }
  for (const [filter, where] of Object.entries(cases))
    assert.deepEqual(ids(await all(`/books?sort=price&${filter}`)), await stored(where, 'price, id'), filter)
})

test('a text that the database cannot hold is the fault of its sender', async () => {
  const { code } = await get('/books?marked=a%00b')
  assert.equal(code, 'value_out_of_range')
})

test('bigints and decimals travel as texts, both ways', async () => {
  const { items } = await get('/books?sort=copies&limit=1')
  assert.equal(items[0]!['copies'], '9007199254740994')
  assert.equal(items[0]!['weight'], '0.10')
})

test('what is not declared is refused, with a pointer', async () => {
  const cases: Record<string, readonly string[]> = {
    'note=x': ['/note'],
    'price=3': ['/price'],
    'price.in=3': ['/price.in'],
    'price.gte=many&shelf=z': ['/shelf/0', '/price.gte'],
    'sort=note': ['/sort'],
    'sort=price&sort=weight': ['/sort'],
    'shelvedAt.lt=yesterday': ['/shelvedAt.lt'],
    'copies=1.5': ['/copies'],
    'limit=51': ['/limit'],
    'limit=0': ['/limit'],
    'offset=1': ['/offset'],
  }
  for (const [asked, pointers] of Object.entries(cases)) {
    const { code, errors } = await get(`/books?${asked}`)
    assert.equal(code, 'invalid_input', asked)
    assert.deepEqual(new Set(errors!.map(({ pointer }) => pointer)), new Set(pointers), asked)
  }
})

test('rows that come and go before the cursor neither repeat nor hide others', async () => {
  const expected = await stored('true', 'price, id')
  let at = 0
  const found = await all('/books?sort=price&limit=7', async () => {
    // What was shown goes, what comes stands before everything that was shown.
    await database.client.query('delete from books where id = $1', [expected[at]])
    await database.client.query(
      `insert into books select gen_random_uuid(), 'a', -1, 1, 1, false, now(), null`,
    )
    at += 7
  })
  assert.deepEqual(ids(found), expected)
})

test('a cursor works for its operation, caller and filters alone, in any process', async () => {
  const { next } = await get('/books?shelf=a&sort=price')
  const cursor = next!
  const good = await get(withCursor('/books?shelf=a&sort=price&limit=3', cursor), app.headers, other)
  assert.equal(good.items.length, 3, JSON.stringify(good))
  const refused: [string, Record<string, string>?][] = [
    [withCursor('/books?shelf=a&sort=price', cursor), stranger],
    [withCursor('/books?shelf=b&sort=price', cursor)],
    [withCursor('/books?shelf=a&shelf=b&sort=price', cursor)],
    [withCursor('/books?sort=price', cursor)],
    [withCursor('/books?shelf=a&sort=-price', cursor)],
    [withCursor('/books?shelf=a&sort=weight', cursor)],
    [withCursor('/books?shelf=a&sort=price&heavy=true', cursor)],
    [withCursor('/shelves/a', cursor)],
    [withCursor('/books?shelf=a&sort=price', `${cursor.slice(0, -1)}${cursor.endsWith('A') ? 'B' : 'A'}`)],
    [withCursor('/books?shelf=a&sort=price', 'bm90aGluZw')],
    [withCursor('/books?shelf=a&sort=price', 'c1_')],
    [withCursor('/books?shelf=a&sort=price', '')],
  ]
  for (const [path, headers] of refused) {
    const answer = await app.server.inject({ url: `/v1${path}`, headers: headers ?? app.headers })
    assert.equal(answer.statusCode, 400, path)
    assert.equal(answer.json<Answer>().code, 'invalid_cursor', path)
  }
})

test('a condition that goes with the time leaves cursors whole; a total counts all pages', async () => {
  const path = '/shelves/a?limit=15'
  const first = await get(path)
  assert.equal(first.total, 20)
  await database.client.query(`update books set price = price where false`)
  const second = await get(withCursor(path, first.next!))
  assert.equal(second.items.length, 5)
  assert.equal(second.next, null)
  assert.equal(second.total, 20)
})

test('pages by offset pass over rows and tell the total', async () => {
  const expected = await stored("shelf = 'b'", 'note, id')
  const page = await get('/counted?shelf=b&limit=4&offset=6')
  assert.deepEqual(ids(page.items), expected.slice(6, 10))
  assert.equal(page.total, expected.length)
  assert.deepEqual((await get('/counted?shelf=b&offset=10000')).items, [])
  const heavy = await stored("shelf = 'b' and weight > 2.5", 'note, id')
  const matching = await get('/counted?shelf=b&heavy=true&limit=5&offset=3')
  assert.deepEqual([ids(matching.items), matching.total], [heavy.slice(3, 8), heavy.length])
  for (const wrong of ['offset=-1', 'offset=10001', 'offset=x', 'cursor=c1_x'])
    assert.equal((await get(`/counted?${wrong}`)).code, 'invalid_input', wrong)
})

test('the cursors of commands are theirs too', async () => {
  const send = (payload: object, headers = app.headers) =>
    app.server.inject({ method: 'POST', url: '/v1/touches', headers, payload })
  const first = (await send({ limit: 40 })).json<Answer>()
  const cursor = first.next!
  assert.equal((await send({ limit: 40, cursor })).json<Answer>().items.length, 20)
  assert.equal((await send({ limit: 40, cursor }, stranger)).json<Answer>().code, 'invalid_cursor')
})

test('a filter that is not called like its column, and an order that may be null, are refused', () => {
  assert.throws(() => pageInput({}, { filter: { since: range(books.shelvedAt) } }), {
    code: 'invalid_definition',
    message: /`since` must be called like its column: `shelvedAt`/,
  })
  assert.throws(() => pageInput({}, { limitMax: 2000 }), { code: 'invalid_definition' })
  assert.throws(() => pageInput({}, { sort: { note: books.note } }), {
    code: 'invalid_definition',
    message: /`note`, which may be null/,
  })
})
