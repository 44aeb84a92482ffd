/** The items every contender starts from: the same rows, with more in stock than any run can sell. */
import type { Client } from 'pg'

export const ITEM_COUNT = 10_000
export const INITIAL_STOCK = 1_000_000_000

/** `sku-00042` is the forty-third item. */
export const skuOf = (index: number): string => `sku-${String(index).padStart(5, '0')}`

export async function loadCatalogue(client: Client): Promise<void> {
  await client.query(
    `insert into items (sku, name, category, price, stock)
     select 'sku-' || lpad(n::text, 5, '0'), 'Item number ' || n, 'category-' || n % 50, 100 + n % 900, $2
     from generate_series(0, $1 - 1) as n`,
    [ITEM_COUNT, INITIAL_STOCK],
  )
}
