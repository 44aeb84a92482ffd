/**
 * Compares the shop with the files, through HTTP: the stock of each item, the quantity sold and the revenue.
 */
import { concurrently } from './concurrently.js'
import { type Dataset, type Totals, totalsOf } from './northwind.js'
import type { ShopClient } from './shop-client.js'

export interface Verdict {
  readonly expected: Totals
  readonly found: Totals
  /** Items whose stock is not what the file says is left. */
  readonly wrongStock: readonly { readonly sku: string; readonly expected: number; readonly found: number }[]
  readonly itemsTotal: number
  readonly agrees: boolean
}

export const verify = async (shop: ShopClient, dataset: Dataset, concurrency: number): Promise<Verdict> => {
  const expected = totalsOf(dataset.orders)
  const found = { quantity: 0, revenue: 0 }
  const wrongStock: { sku: string; expected: number; found: number }[] = []
  await concurrently(dataset.products, concurrency, async ({ sku, unitsInStock }) => {
    const path = `/v1/items/${encodeURIComponent(sku)}`
    const [item, sales] = await Promise.all([shop.read(path), shop.read(`${path}/sales`)])
    const stock = Number(item['stock'])
    if (stock !== unitsInStock) wrongStock.push({ sku, expected: unitsInStock, found: stock })
    found.quantity += Number(sales['quantity'])
    found.revenue += Number(sales['revenue'])
  })
  const sold = found.quantity === expected.quantity && found.revenue === expected.revenue
  const agrees = sold && wrongStock.length === 0
  return { expected, found, wrongStock, itemsTotal: dataset.products.length, agrees }
}
