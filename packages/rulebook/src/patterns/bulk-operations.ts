import type { Pattern } from '../entry.js'

export const bulkOperations: Pattern = {
  kind: 'pattern',
  id: 'bulk-operations',
  title: 'Bulk operations',
  why: 'Ten thousand inserts one by one are ten thousand round trips and as many commits: at half a millisecond each way and a flush to disk for each, minutes; in sets, under a second. The opposite is no better: one statement over ten million rows holds locks for its whole length, fills the log, starves replicas, and is rolled back in the end. Bulk means sets of a bounded size.',
  when: 'For imports, back-fills, fan-out, synchronisation, and any loop around a statement. For a request of a few rows too: two statements instead of twenty. Not for sets without a bound.',
  steps: [
    'Turn the loop inside out: collect keys, read once with `= any($1)`, decide in memory, write once.',
    'Pass columns as arrays with `unnest`: one statement text for any size, one prepared plan, no limit of parameters.',
    'For first loads use COPY into an unlogged staging table, then one `insert … select … on conflict`.',
    'Cut into batches of 1,000 to 10,000 rows or about 100 ms, each a transaction, each restartable from a stored position.',
    'Remove duplicate keys within a batch, and sort by key: `on conflict` cannot touch a row twice, and equal order avoids deadlocks.',
    'Pause by the lag of replicas and of autovacuum, not by a constant.',
    'For an API decide: all or nothing, or a result for each item. Bound the number of items and say so in the contract.',
  ],
  withKeelson: {
    language: 'ts',
    stack: 'Keelson: a bounded batch, one read, one insert, one update',
    text: `import { integer, pgTable, text } from 'drizzle-orm/pg-core'
import { command, scope } from 'keelson'
import { z } from 'zod'

export const products = pgTable('products', {
  sku: text().primaryKey(),
  name: text().notNull(),
  price: integer().notNull(),
})
const Product = z.object({ sku: z.string(), name: z.string(), price: z.int().nonnegative() })

/** All or nothing, a thousand at most. Sent again with its Idempotency-Key a batch counts once. */
export const importProducts = command('products.import', {
  http: { post: '/products/batches' },
  idempotency: 'required',
  input: z.object({ products: z.array(Product).min(1).max(1000) }),
  output: z.object({ added: z.int(), changed: z.int() }),
  allow: scope('catalogue:write'),
  async run({ input, tx }) {
    const wanted = new Map(input.products.map((product) => [product.sku, product]))
    const known = await tx.getMany(products, [...wanted.keys()])
    const added = [...wanted.values()].filter(({ sku }) => !known.has(sku))
    tx.insertMany(products, added)
    let changed = 0
    for (const { sku, name, price } of wanted.values()) {
      const before = known.get(sku)
      if (before === undefined || (before.name === name && before.price === price)) continue
      // Recorded here, sent as one statement.
      tx.update(products, sku, { name, price })
      changed++
    }
    return { added: added.length, changed }
  },
})`,
  },
  byHand: {
    language: 'ts',
    stack: 'pg: columns as arrays, unchanged rows left alone',
    text: `import type { Pool } from 'pg'

interface Product {
  readonly sku: string
  readonly name: string
  readonly price: number
}

/** One statement for any number of rows; gives how many were added or changed. */
export async function upsertProducts(pool: Pool, batch: readonly Product[]): Promise<number> {
  const bySku = new Map(batch.map((product) => [product.sku, product]))
  const rows = [...bySku.values()].toSorted((one, other) => (one.sku < other.sku ? -1 : 1))
  const { rowCount } = await pool.query(
    \`insert into products as p (sku, name, price)
     select * from unnest($1::text[], $2::text[], $3::int[])
     on conflict (sku) do update set name = excluded.name, price = excluded.price
     where (p.name, p.price) is distinct from (excluded.name, excluded.price)\`,
    [rows.map(({ sku }) => sku), rows.map(({ name }) => name), rows.map(({ price }) => price)],
  )
  return rowCount ?? 0
}

/** Restartable: each batch commits with what it did, and the next begins behind it. */
export async function importAll(pool: Pool, products: AsyncIterable<Product>): Promise<void> {
  let batch: Product[] = []
  for await (const product of products) {
    batch.push(product)
    if (batch.length < 1000) continue
    await upsertProducts(pool, batch)
    batch = []
  }
  await upsertProducts(pool, batch)
}`,
  },
  mistakes: [
    '`Promise.all(rows.map(insert))`: the same round trips, now with the whole pool taken.',
    'Building `values ($1,$2),($3,$4)…` by string: a new plan for each size, and an error at the limit of parameters.',
    'Updating rows to what they already are: each such update writes a dead row, log and index entries.',
    'One transaction “so that it is clean” around four hours of import.',
  ],
  numbers: [
    'At most 65,535 parameters a statement; arrays count as one each [Postgres manual, appendix K]',
    'COPY is the fastest way in; indexes and foreign keys are made after the load where they can be [Postgres manual, 14.4]',
    '10,000 round trips of 0.5 ms are 5 s before anything is done [arithmetic; 0.5 ms within a datacentre: Dean, Numbers Everyone Should Know, 2009]',
  ],
  siblings: [
    'soft-delete',
    'expand-and-contract',
    'bounded-queues',
    'cursor-pagination',
    'n-plus-one-queries',
  ],
  covers: ['bulk operations'],
}
