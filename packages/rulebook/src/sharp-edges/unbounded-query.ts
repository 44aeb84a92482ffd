/** Unbounded query. */
import type { SharpEdge } from '../entry.js'

export const unboundedQuery: SharpEdge = {
  kind: 'sharp-edge',
  id: 'unbounded-query',
  title: 'Unbounded query',
  severity: 'high',
  why: 'A query without a limit is a promise that the table stays small. It is kept until the table is not small: then one request reads a million rows into the memory of a process that serves everyone, and the process dies with all requests that it had. It is the most common way in which a working service stops working without a change to its code.',
  symptoms: [
    'JavaScript heap out of memory',
    'The pod is OOM-killed when a certain customer opens the list',
    'The endpoint was fast for a year and now times out',
    'The answer has 80 MB',
    'The export or admin page takes down the API',
    'Garbage collection pauses, event loop lag during one request',
  ],
  mechanism:
    '`findMany()` without `take`, `select` without `limit`, a `limit` that the caller chooses without a maximum. pg keeps all rows in memory before the promise resolves, the mapper makes a second copy, JSON.stringify a third as one string; meanwhile the event loop stands still. Nothing fails in tests, for fixtures are small. The biggest customer is hit first. A relation loaded with its parent (`include: { events: true }`) is the same query in disguise.',
  confirm: [
    '`select query, calls, rows / calls as rows_per_call from pg_stat_statements where calls > 0 order by rows / calls desc limit 20`.',
    'Size of the answer by route in the access log, sorted: a maximum far above the median.',
    '`select relname, n_live_tup from pg_stat_user_tables order by 2 desc`, against the routes which read these tables.',
    'Heap after a request: `process.memoryUsage().heapUsed` before and after in one trace; a leak keeps growing, this comes and goes with one request.',
  ],
  wayOut: [
    'Stop the bleeding: a hard `limit` in the query, even if the answer is then incomplete (say so in it); `statement_timeout` for the role of the API; more memory buys hours only.',
    'Page by a cursor on a unique, indexed order: `where id > $after order by id limit $n + 1`, with a default and a maximum that the contract states.',
    'Validate `limit` at the edge: 400 above the maximum, or the maximum; never what was asked.',
    'What really needs all rows (exports, reports) streams by a cursor in a job, into object storage, with constant memory.',
    'Count, sum and "has any" in SQL, not over rows in memory.',
    'In Keelson `list` without `limit` reads 1,000 rows and refuses more instead of cutting silently; `page` has a maximum.',
  ],
  numbers: [
    'Fastify limits the body of a request to 1 MiB; nothing limits the body of your answer [Fastify documentation, Server: bodyLimit].',
    'A row of 200 bytes costs several times that as an object: a million rows is of the order of 1 GB of heap [estimate; measure with `process.memoryUsage()`].',
    'The longest string of V8 has 536,870,888 characters (2^29 - 24); JSON.stringify beyond it throws [V8, String::kMaxLength; Node documentation, buffer.constants.MAX_STRING_LENGTH].',
  ],
  siblings: ['offset-pagination-under-writes', 'unbounded-memory', 'n-plus-one-queries'],
  covers: ['unbounded query'],
  wrong: {
    language: 'ts',
    stack: 'Fastify 5 and pg',
    text: `function naive(pool: pg.Pool) {
  const app = Fastify()
  app.get('/events', async () => {
    const { rows } = await pool.query<Event>('select id, name from events order by id')
    return rows
  })
  return app
}`,
  },
  right: {
    language: 'ts',
    stack: 'Fastify 5 and pg',
    text: `const LIMIT_MAX = 100

const pageInput = {
  type: 'object',
  properties: {
    limit: { type: 'integer', minimum: 1, maximum: LIMIT_MAX, default: 50 },
    after: { type: 'string', pattern: '^[0-9]{1,18}$', default: '0' },
  },
}

function mended(pool: pg.Pool) {
  const app = Fastify()
  app.get<{ Querystring: { limit: number; after: string } }>(
    '/events',
    { schema: { querystring: pageInput } },
    async ({ query: { limit, after } }): Promise<Page> => {
      // One row more than the page tells whether there is another.
      const { rows } = await pool.query<Event>(
        'select id, name from events where id > $1 order by id limit $2',
        [after, limit + 1],
      )
      const items = rows.slice(0, limit)
      return { items, next: rows.length > limit ? (items.at(-1)?.id ?? null) : null }
    },
  )
  return app
}`,
  },
  reproduction: 'unbounded-query.test.ts',
}
