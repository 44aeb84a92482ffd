/** N+1 queries. */
import type { SharpEdge } from '../entry.js'

export const nPlusOneQueries: SharpEdge = {
  kind: 'sharp-edge',
  id: 'n-plus-one-queries',
  title: 'N+1 queries',
  severity: 'high',
  why: 'A list that asks the database once more for each of its rows works in development with ten rows and takes the service down with a thousand. No single statement is slow, so nothing shows in the slow-query log; the time is in round trips, and each of them holds a connection that other requests wait for.',
  symptoms: [
    'The list endpoint gets slower with every customer we win, and no query is slow',
    'Hundreds of identical SELECTs with another id in one trace',
    'The database shows thousands of tiny queries a second while CPU is low',
    'The GraphQL query with nested fields takes seconds',
    'p99 of one page grows linearly with the number of rows on it',
    'The pool is exhausted although each query takes a millisecond',
  ],
  mechanism:
    'The first statement reads N parents. A loop, a `map` under `Promise.all`, a lazy relation of an ORM or a field resolver of GraphQL then reads the children of each parent by itself. The request costs 1 + N round trips: at 1 ms within a zone and 60 rows it waits 60 ms for the network alone. `Promise.all` does not mend it: it sends the same N statements, takes up to the whole pool for one request, and makes every other request queue behind it.',
  confirm: [
    '`select calls, rows, mean_exec_time, query from pg_stat_statements order by calls desc limit 20`: a statement by primary or foreign key with calls far above the number of requests, and `rows / calls` near 1.',
    'Count statements per request: wrap the driver, or read the `db` spans of one trace. The count grows with `?limit=`; that tells it from a slow join, whose count stays 1.',
    'Log with `log_min_duration_statement = 0` for one session (`alter role app in database test set …`) and look for one text repeated with other parameters.',
    'A test: the same list with 10 and with 60 rows sends the same number of statements.',
  ],
  wayOut: [
    'Stop the bleeding: lower the maximal page size; it bounds N at once.',
    'Read all children in one statement, `where parent_id = any($1)`, and put them to their parents in memory; or let Postgres assemble them (`json_agg` in a lateral join). With an ORM: `include` (Prisma), `with` (Drizzle), a join (TypeORM, Knex).',
    'In resolvers: one DataLoader per request and relation, which collects the keys of one turn of the event loop.',
    'Index the foreign key: Postgres makes no index on the referencing side by itself.',
    'Hold it by a test which counts statements. Keelson coalesces the concurrent reads of all requests into waves, `children(parents, table)` reads a level at once, and a handler that makes more than eight waves of one shape fails as `too_many_waves` in development and tests.',
  ],
  numbers: [
    'A statement may carry 65,535 parameters; one array parameter carries any number of keys [PostgreSQL protocol, message Bind: Int16 count].',
    'Round trip within a zone 0.1 to 1 ms, between zones 1 to 2 ms: multiply by N before you call a list fast [latencies that cloud providers publish; measure yours with `select 1`].',
    'pg pools 10 connections by default: one request with Promise.all over 60 rows takes them all [node-postgres documentation, pg.Pool `max`].',
  ],
  siblings: ['unbounded-query', 'uncached-repeated-query', 'connection-pool-exhaustion'],
  covers: ['N+1 queries'],
  wrong: {
    language: 'ts',
    stack: 'Fastify 5 and pg',
    text: `function naive(pool: pg.Pool) {
  const app = Fastify()
  app.get<{ Querystring: { limit: number } }>('/orders', async ({ query }) => {
    const orders = await pool.query<Order>('select id from orders order by id limit $1', [query.limit])
    const answer = []
    for (const { id } of orders.rows) {
      const lines = await pool.query<Line>('select sku from order_lines where order_id = $1 order by sku', [
        id,
      ])
      answer.push({ id, skus: lines.rows.map(({ sku }) => sku) })
    }
    return answer
  })
  return app
}`,
  },
  right: {
    language: 'ts',
    stack: 'Fastify 5 and pg',
    text: `function mended(pool: pg.Pool) {
  const app = Fastify()
  app.get<{ Querystring: { limit: number } }>('/orders', async ({ query }) => {
    const orders = await pool.query<Order>('select id from orders order by id limit $1', [query.limit])
    const lines = await pool.query<Line>(
      'select order_id, sku from order_lines where order_id = any($1) order by order_id, sku',
      [orders.rows.map(({ id }) => id)],
    )
    const skusOf = new Map<number, string[]>(orders.rows.map(({ id }) => [id, []]))
    for (const { order_id: id, sku } of lines.rows) skusOf.get(id)?.push(sku)
    return [...skusOf].map(([id, skus]) => ({ id, skus }))
  })
  return app
}`,
  },
  reproduction: 'n-plus-one-queries.test.ts',
}
