/**
 * Keeping the catalogue: setting one item, and loading many where they are absent.
 */
import { command, scope } from 'keelson'
import { z } from 'zod'
import { Description, Item, Sku, Stock } from './item.js'
import { items } from './tables.js'

/** Creates the item, or replaces its description; its stock only if given. What was sold of it stays. */
export const putItem = command('catalogue.put', {
  http: { put: '/items/:sku' },
  summary: 'Create an item, or replace its description',
  input: Description.extend({ sku: Sku, stock: Stock.optional() }),
  output: Item,
  allow: scope('catalogue:write'),
  run({ input: { sku, stock, ...description }, tx }) {
    const set = stock === undefined ? description : { ...description, stock }
    return tx.upsert(items, { sku, ...description, stock: stock ?? 0 }, { set })
  },
})

/** Adds the items that are absent and leaves the others as they are, so that it may be run at every start. */
export const loadCatalogue = command('catalogue.load', {
  input: z.object({ items: z.array(Description.extend({ sku: Sku, stock: Stock })).max(100) }),
  output: z.object({ added: z.int() }),
  allow: scope('catalogue:write'),
  async run({ input, tx }) {
    const rows = await Promise.all(input.items.map((item) => tx.insertIgnore(items, item)))
    return { added: rows.filter((row) => row !== undefined).length }
  },
})
