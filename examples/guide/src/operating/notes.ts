import { query, scope } from 'keelson'
import { z } from 'zod'
import { items } from '../modules/orders/tables.js'

/** What a handler logs carries the request, its trace and the operation; fields that are called like secrets are blotted out. */
export const lowStock = query('items.low', {
  http: { get: '/items/low' },
  input: z.object({ below: z.int().positive() }),
  output: z.array(z.object({ sku: z.string(), stock: z.int() })),
  allow: scope('items:read'),
  async run({ input, db, log }) {
    const low = await db.list(items, { where: { stock: { lt: input.below } } })
    if (low.length > 0) log.warn({ skus: low.map(({ sku }) => sku) }, 'Stock is low.')
    return low
  },
})
