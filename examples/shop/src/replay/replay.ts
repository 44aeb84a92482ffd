/**
 * The whole replay: the catalogue where it is absent, then the orders, then the comparison. All through HTTP.
 */
import { ensureCatalogue } from './catalogue.js'
import type { Dataset } from './northwind.js'
import { sendOrders, type SendOptions } from './orders.js'
import type { Report } from './report.js'
import type { ShopClient } from './shop-client.js'
import { verify } from './verify.js'

export const replay = async (shop: ShopClient, dataset: Dataset, options: SendOptions): Promise<Report> => {
  const itemsCreated = await ensureCatalogue(shop, dataset, options.concurrency)
  const startedAt = performance.now()
  const orders = await sendOrders(shop, dataset.orders, options)
  const elapsedMs = Math.round(performance.now() - startedAt)
  const verdict = await verify(shop, dataset, options.concurrency)
  return { itemsCreated, orders, elapsedMs, verdict, ok: orders.refused.length === 0 && verdict.agrees }
}
