/**
 * Compares the shop with the files, through HTTP: the stock of each item, the quantity sold and the revenue; and the sales by
 * day, which a subscriber keeps a moment behind the orders, with what the items say.
 */
import { concurrently } from './concurrently.js'
import { type Dataset, type Totals, totalsOf } from './northwind.js'
import type { ShopClient } from './shop-client.js'

export interface Verdict {
  readonly expected: Totals
  readonly found: Totals
  /** Revenue of all days together. */
  readonly dailyRevenue: number
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
  const dailyRevenue = await dailyRevenueOf(shop, found.revenue)
  const agrees = sold && wrongStock.length === 0 && dailyRevenue === found.revenue
  return { expected, found, dailyRevenue, wrongStock, itemsTotal: dataset.products.length, agrees }
}

/** Longer than a subscriber takes, also when its process was killed in between. */
const PATIENCE_MS = 30_000
const ASK_EVERY_MS = 50

/** The sum over all days as soon as it is what it should be, or what it is after some patience. */
async function dailyRevenueOf(shop: ShopClient, expected: number): Promise<number> {
  const deadline = performance.now() + PATIENCE_MS
  for (;;) {
    const revenue = await sumOfDays(shop)
    if (revenue === expected || performance.now() > deadline) return revenue
    await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS))
  }
}

async function sumOfDays(shop: ShopClient): Promise<number> {
  let revenue = 0
  let cursor: string | null = null
  do {
    const after: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`
    const page: Readonly<Record<string, unknown>> = await shop.read(`/v1/sales?limit=100${after}`)
    for (const day of page['items'] as { revenue: unknown }[]) revenue += Number(day.revenue)
    cursor = page['next'] as string | null
  } while (cursor !== null)
  return revenue
}
