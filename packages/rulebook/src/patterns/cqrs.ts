import type { Pattern } from '../entry.js'

export const cqrs: Pattern = {
  kind: 'pattern',
  id: 'cqrs',
  title: 'CQRS',
  why: 'A model that keeps invariants wants narrow, normalised rows; a screen wants eleven of them joined, counted and sorted. Serving both from one makes writes slow by the indexes of reads and reads slow by the joins of writes. Separating commands from queries lets each have its shape; the bill is a read model that is behind, and that somebody must be able to rebuild.',
  when: 'In code always: a command changes and a query only reads, which costs nothing. As a second store only where reads outnumber writes by far and need another form (dashboards, search, feeds), or where a query cannot be made fast by an index. Try an index, a covering index, then a materialised view before it.',
  steps: [
    'Split the code: commands return as little as they can, queries never write, and both have names of their own.',
    'Measure the query that hurts; note its rate and the staleness that its users would not notice.',
    'Project events into a table shaped like the answer, keyed for one lookup, updated by increments in the commit that moves the position.',
    'Make it rebuildable: a `reset`, and events kept for as long as a rebuild needs, or a query that computes the whole from the tables of record.',
    'Let the one who wrote see it: return the new state from the command, or read that person’s own rows from the write model.',
    'Publish its lag; beyond the promised staleness the screen says so.',
    'Compare projection and record in a nightly job on a sample; a silent drift is worse than a lag.',
  ],
  withKeelson: {
    language: 'ts',
    stack: 'Keelson: commands write, a subscriber projects, a query reads one row',
    text: `import { integer, pgTable, text, uuid } from 'drizzle-orm/pg-core'
import { command, event, query, rowSchema, scope, signedIn, subscriber } from 'keelson'
import { z } from 'zod'

export const reviews = pgTable('reviews', {
  id: uuid().primaryKey(),
  productId: text().notNull(),
  author: text().notNull(),
  stars: integer().notNull(),
})
/** What the product page shows: one row, no aggregate at the time of reading. */
export const ratings = pgTable('ratings', {
  productId: text().primaryKey(),
  reviews: integer().notNull(),
  stars: integer().notNull(),
})

export const Reviewed = event('product.reviewed', {
  version: 1,
  key: (e) => e.productId,
  payload: z.object({ productId: z.string(), stars: z.int() }),
})

export const review = command('reviews.add', {
  http: { post: '/products/:productId/reviews', status: 201 },
  input: z.object({ productId: z.string(), stars: z.int().min(1).max(5) }),
  output: rowSchema(reviews),
  allow: signedIn,
  run({ input, actor, tx, id }) {
    tx.emit(Reviewed, input)
    return tx.insert(reviews, { id: id(), author: actor.id, ...input })
  },
})

export const keepRatings = subscriber('ratings', {
  on: [Reviewed],
  from: 'start',
  async run({ event: { payload }, tx }) {
    const { productId, stars } = payload
    if (await tx.exists(ratings, { productId })) tx.increment(ratings, productId, { reviews: 1, stars })
    else tx.insert(ratings, { productId, reviews: 1, stars })
  },
  async reset({ tx }) {
    await tx.sql\`delete from ratings\`
  },
})

export const ratingOf = query('ratings.of', {
  http: { get: '/products/:productId/rating' },
  input: z.object({ productId: z.string() }),
  output: rowSchema(ratings),
  allow: scope('catalogue:read'),
  run: ({ input, db }) => db.require(ratings, input.productId),
})`,
  },
  byHand: {
    language: 'ts',
    stack: 'Fastify and pg: a rebuild beside the running projection, exchanged in one transaction',
    text: `import fastify from 'fastify'
import type { Pool } from 'pg'

/** Computes the projection from the record, with writers of reviews held off only while the tables are exchanged. */
export async function rebuildRatings(pool: Pool): Promise<void> {
  const client = await pool.connect()
  try {
    await client.query('begin')
    await client.query("set local lock_timeout = '2s'")
    // Whoever projects takes the same lock for each of its batches.
    await client.query("select pg_advisory_xact_lock(hashtext('ratings'))")
    await client.query('delete from ratings')
    await client.query(
      \`insert into ratings (product_id, reviews, stars)
       select product_id, count(*), sum(stars) from reviews where position <= (select position from projected)
       group by product_id\`,
    )
    await client.query('commit')
  } catch (error) {
    await client.query('rollback')
    throw error
  } finally {
    client.release()
  }
}

export function queries(pool: Pool) {
  const app = fastify()
  app.get<{ Params: { id: string } }>('/products/:id/rating', async (request, reply) => {
    const { rows } = await pool.query('select reviews, stars from ratings where product_id = $1', [
      request.params.id,
    ])
    return rows[0] ?? reply.code(404).send()
  })
  return app
}`,
  },
  mistakes: [
    'A second database, a broker and event sourcing for a form with ten fields.',
    'Validating a command against the read model, which is behind: the check then-act race comes back by design.',
    'A projection that nobody can rebuild; its first bug is permanent.',
    'Projecting with `set count = ` what was read a moment ago, by two workers.',
  ],
  numbers: [
    'Above about one second users lose the feeling that they operate on the data directly: a projection that is usually behind by less goes unnoticed [Nielsen, Response Times: The 3 Important Limits, 1993]',
  ],
  siblings: ['event-driven', 'read-replicas', 'caching', 'transactional-outbox', 'uncached-repeated-query'],
  covers: ['CQRS'],
}
