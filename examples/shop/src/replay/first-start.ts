/**
 * What `npm start` does in the background: fills an empty shop with the real input. It asks which orders are there and
 * sends the others, so a start that was interrupted is taken up where it ended, and a full shop costs one query.
 */
import type { Seed, Server } from 'keelson'
import { loadCatalogue } from '../modules/catalogue/keep.js'
import { importedReferences } from '../modules/orders/read.js'
import { type NorthwindOrder, openingItems, readNorthwind } from './northwind.js'
import { sendOrders } from './orders.js'
import { shopClient } from './shop-client.js'

const CHUNK = 100
const CONCURRENCY = 32

const chunks = <T>(items: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  )

const missingOf = async (
  execute: Server['execute'],
  orders: readonly NorthwindOrder[],
): Promise<NorthwindOrder[]> => {
  const { references } = await execute(importedReferences, {
    references: orders.map((order) => order.reference),
  })
  const there = new Set(references)
  return orders.filter((order) => !there.has(order.reference))
}

const firstStart: Seed = async ({ url, key, execute, progress, signal }) => {
  const northwind = await readNorthwind()
  const missing = await missingOf(execute, northwind.orders)
  if (missing.length === 0) return
  for (const items of chunks(openingItems(northwind), CHUNK)) await execute(loadCatalogue, { items })
  const { refused } = await sendOrders(shopClient({ url, key, signal }), missing, {
    concurrency: CONCURRENCY,
    progress: (done, total) => progress(`Sending the orders of the Northwind company: ${done} of ${total}`),
  })
  if (refused.length > 0) throw new Error(`${refused.length} orders were refused, the first: ${refused[0]}`)
}

export default firstStart
