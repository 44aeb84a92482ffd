/**
 * Reading the catalogue: open to everybody, as a shop window is.
 */
import { anyone, maybe, pageInput, pageOf, query } from 'keelson'
import { z } from 'zod'
import { Item, Sku } from './item.js'
import { items } from './tables.js'

export const browseItems = query('catalogue.browse', {
  http: { get: '/items' },
  summary: 'Browse the catalogue',
  input: pageInput({ category: z.string().optional() }),
  output: pageOf(Item),
  allow: anyone,
  run: ({ input, db }) =>
    db.page(items, { where: { category: maybe(input.category) }, orderBy: items.sku, page: input }),
})

export const readItem = query('catalogue.item', {
  http: { get: '/items/:sku' },
  summary: 'Read an item',
  input: z.object({ sku: Sku }),
  output: Item,
  allow: anyone,
  run: ({ input, db }) => db.require(items, input.sku),
})
