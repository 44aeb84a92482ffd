/** Offset pagination under writes. */
import type { SharpEdge } from '../entry.js'

export const offsetPaginationUnderWrites: SharpEdge = {
  kind: 'sharp-edge',
  id: 'offset-pagination-under-writes',
  title: 'Offset pagination under writes',
  severity: 'medium',
  why: '"Skip forty" counts rows anew with each page. When rows come or go between two pages, readers see some twice and miss others, and whoever exports by pages has a wrong copy. And the database reads what it skips, so that deep pages get slower and slower.',
  symptoms: [
    'The same row appears on page 1 and page 2',
    'The sync by pages misses records',
    'Page 5,000 times out',
    'Infinite scroll shows duplicates',
    'Crawlers slow the database down',
  ],
  mechanism:
    'OFFSET n produces n rows and throws them away: cost grows with the page. Newest first, one insert shifts all by one: the last row of page 1 is the first of page 2. One delete shifts back: a row is skipped, which nobody sees. Without a unique order (`order by created_at`) rows that are equal may come in another order for each page even without writes.',
  confirm: [
    '`explain (analyze) select … offset 100000 limit 50`: the rows under Limit are 100,050.',
    'Insert a row between two pages: the second repeats one. If duplicates also come without writes, the order is not unique.',
    "`select query, mean_exec_time from pg_stat_statements where query ~* 'offset' order by 2 desc`.",
  ],
  wayOut: [
    'Stop the bleeding: limit the offset (10,000), make the order unique by the primary key at its end.',
    'Keyset: `where (created_at, id) < ($1, $2) order by created_at desc, id desc limit n`, with an index on both; the cursor is opaque to clients and signed or validated.',
    'Exports: one snapshot, or by key in ascending order of an immutable column.',
    'Give up total counts and jumps to page n, or make them estimates.',
    '`db.page` of Keelson gives signed cursors; offsets end at 10,000 rows.',
  ],
  numbers: [
    'Cost of a page is of the order of offset + limit rows: 100,050 for 50 rows at offset 100,000 [PostgreSQL manual, 7.6 LIMIT and OFFSET].',
  ],
  siblings: ['unbounded-query', 'outbox-skipping-rows'],
  covers: ['offset pagination under writes'],
  wrong: {
    language: 'sql',
    stack: 'Postgres',
    text: `select id, title from posts
order by created_at desc
limit 50 offset $1`,
  },
  right: {
    language: 'sql',
    stack: 'Postgres',
    text: `create index concurrently posts_newest on posts (created_at desc, id desc);

select id, title, created_at from posts
where (created_at, id) < ($1, $2) -- of the last row that the client has seen
order by created_at desc, id desc
limit 50`,
  },
}
