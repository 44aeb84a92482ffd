import type { Pattern } from '../entry.js'

export const cursorPagination: Pattern = {
  kind: 'pattern',
  id: 'cursor-pagination',
  title: 'Cursor pagination',
  why: '`offset 100000` reads a hundred thousand rows in order to throw them away, and a row that is inserted meanwhile shifts every page: clients see one twice and miss another. A cursor says “after this row”, is one descent of an index at any depth, and stays right while others write. It is also the only form that a crawler cannot turn into a denial of service.',
  when: 'For every list that grows: feeds, histories, exports, synchronisation. Offsets are fine for small, bounded lists in which people jump to page seven; cap them.',
  steps: [
    'Choose an order that is total: the sort column and a unique tie-breaker, `(created_at, id)`; columns that are never null.',
    'Create the index in just that order, behind the equality filters: `(customer_id, created_at desc, id desc)`.',
    'Continue by a row comparison: `where (created_at, id) < ($1, $2) order by … limit n + 1`; the extra row says whether there is more.',
    'Make the cursor opaque, bound to filter and order, and authenticate it; a cursor for another filter is 400.',
    'Bound the limit on the server (20 by default, 100 at most).',
    'Leave out the total, or count up to a bound (“more than 1,000”).',
    'For synchronisation sort by what never changes; a row whose sort value moves is shown twice or never.',
  ],
  withKeelson: {
    language: 'ts',
    stack: 'Keelson: `pageInput`, `pageOf`, `db.page`; cursors are sealed and bound to caller and filter',
    text: `import { desc } from 'drizzle-orm'
import { pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core'
import { command, pageInput, pageOf, query, rowSchema, signedIn } from 'keelson'
import { z } from 'zod'

export const notes = pgTable('notes', {
  id: uuid().primaryKey(),
  owner: text().notNull(),
  text: text().notNull(),
  writtenAt: timestamp({ withTimezone: true }).notNull(),
})
const Note = rowSchema(notes)

/** Wants the index (owner, "writtenAt" desc, id desc). */
export const myNotes = query('notes.mine', {
  http: { get: '/notes' },
  input: pageInput({}, { limitMax: 50, sort: { newest: desc(notes.writtenAt) } }),
  output: pageOf(Note),
  allow: signedIn,
  run: ({ input, actor, db }) =>
    db.page(notes, { where: { owner: actor.id }, orderBy: input.sort, page: input }),
})

export const write = command('notes.write', {
  http: { post: '/notes', status: 201 },
  input: z.object({ text: z.string().min(1).max(10_000) }),
  output: Note,
  allow: signedIn,
  run: ({ input, actor, tx, id, now }) =>
    tx.insert(notes, { id: id(), owner: actor.id, text: input.text, writtenAt: now }),
})`,
  },
  byHand: {
    language: 'ts',
    stack: 'Fastify and pg',
    text: `import { createHmac, timingSafeEqual } from 'node:crypto'
import fastify from 'fastify'
import type { Pool } from 'pg'

/** \`<created at>~<id>~<owner>\`, sealed, so that nobody probes other places or other people's lists. */
export const seal = (secret: string, text: string): string =>
  Buffer.from(text).toString('base64url') +
  '.' +
  createHmac('sha256', secret).update(text).digest('base64url')

export function open(secret: string, cursor: string): string | undefined {
  const [encoded = '', tag = ''] = cursor.split('.')
  const text = Buffer.from(encoded, 'base64url').toString()
  const right = createHmac('sha256', secret).update(text).digest()
  const given = Buffer.from(tag, 'base64url')
  return given.length === right.length && timingSafeEqual(given, right) ? text : undefined
}

export function notes(pool: Pool, secret: string, ownerOf: (authorization?: string) => Promise<string>) {
  const app = fastify()
  app.get<{ Querystring: { cursor?: string } }>('/notes', async (request, reply) => {
    const owner = await ownerOf(request.headers.authorization)
    const { cursor } = request.query
    const after = cursor === undefined ? [] : (open(secret, cursor)?.split('~') ?? [])
    if (cursor !== undefined && after[2] !== owner) return reply.code(400).send({ code: 'invalid_cursor' })
    // As text: a JavaScript Date would cut the microseconds, and skip rows.
    const { rows } = await pool.query<{ id: string; text: string; written_at: string }>(
      \`select id, text, written_at::text from notes
       where owner = $1 and ($2::timestamptz is null or (written_at, id) < ($2, $3::uuid))
       order by written_at desc, id desc limit 21\`,
      [owner, after[0] ?? null, after[1] ?? null],
    )
    const items = rows.slice(0, 20)
    const last = items.at(-1)
    const hasMore = rows.length > 20 && last !== undefined
    return { items, next: hasMore ? seal(secret, [last.written_at, last.id, owner].join('~')) : null }
  })
  return app
}`,
  },
  mistakes: [
    'Sorting by a time alone: rows of the same microsecond, or the same transaction’s now(), fall between pages.',
    '`created_at < $1 or (created_at = $1 and id < $2)`: right, but often not answered by one index range; the row comparison is.',
    'Putting the cursor through a JavaScript Date: Postgres has microseconds, Date has milliseconds.',
    'Promising a total on every page; the count costs more than the page.',
  ],
  numbers: [
    'The rows skipped by OFFSET still have to be computed inside the server [Postgres manual, 7.6]',
    'A lookup costs the height of the B-tree, usually 3 to 5 pages, at any depth; offset 100,000 at 100 rows a page reads 1,000 pages [arithmetic on 8 kB pages; Postgres manual, 73.6]',
  ],
  siblings: [
    'repository',
    'bulk-operations',
    'read-replicas',
    'offset-pagination-under-writes',
    'unbounded-query',
  ],
  covers: ['cursor pagination'],
}
