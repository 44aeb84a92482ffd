/**
 * Goods arriving. `increment` adds without reading, so that restocking never conflicts with a sale.
 */
import { command, scope } from 'keelson'
import { z } from 'zod'
import { Item, Sku } from '../catalogue/item.js'
import { items } from '../catalogue/tables.js'

export const restockItem = command('inventory.restock', {
  http: { post: '/items/:sku/restock' },
  summary: 'Add to the stock of an item',
  input: z.object({ sku: Sku, quantity: z.int().positive().max(1_000_000) }),
  output: Item,
  allow: scope('catalogue:write'),
  async run({ input, tx }) {
    tx.increment(items, input.sku, { stock: input.quantity })
    return tx.require(items, input.sku)
  },
})
