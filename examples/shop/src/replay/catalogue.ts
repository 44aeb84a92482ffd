/**
 * Puts the items into a shop that lacks them, through HTTP. What is there stays as it is: only an item that answers
 * 404 is created.
 */
import { concurrently } from './concurrently.js'
import { type Dataset, openingItems } from './northwind.js'
import { describe, type ShopClient } from './shop-client.js'

/** How many items were created. */
export const ensureCatalogue = async (
  shop: ShopClient,
  dataset: Dataset,
  concurrency: number,
): Promise<number> => {
  let created = 0
  await concurrently(openingItems(dataset), concurrency, async ({ sku, ...item }) => {
    const path = `/v1/items/${encodeURIComponent(sku)}`
    const found = await shop.send({ method: 'GET', path })
    if (found.status === 200) return
    if (found.status !== 404) throw new Error(`GET ${path}: ${describe(found)}`)
    // The key makes it safe to send again: without it, an item that has sold meanwhile would get its first stock back.
    const put = await shop.send({ method: 'PUT', path, body: item, idempotencyKey: `northwind-item-${sku}` })
    if (put.status !== 200) throw new Error(`PUT ${path}: ${describe(put)}`)
    created += 1
  })
  return created
}
