/**
 * What a line costs, and what the lines of an order come to for each item. Pure, and all in integers.
 */

export interface PricedLine {
  readonly sku: string
  readonly quantity: number
  readonly total: number
}

export interface SoldItem {
  readonly sku: string
  readonly quantity: number
  readonly revenue: number
}

/**
 * quantity × unitPrice × (100 − discountPercent) / 100, rounded half up, in minor units. Exact while the product stays
 * below 2^53, which the bounds of the input see to.
 */
export const lineTotal = (quantity: number, unitPrice: number, discountPercent: number): number =>
  Math.floor((quantity * unitPrice * (100 - discountPercent) + 50) / 100)

/** One entry for each item, though several lines may name it: its stock must suffice for all of them together. */
export const soldItems = (lines: readonly PricedLine[]): SoldItem[] => {
  const bySku = new Map<string, SoldItem>()
  for (const { sku, quantity, total } of lines) {
    const before = bySku.get(sku)
    bySku.set(sku, {
      sku,
      quantity: (before?.quantity ?? 0) + quantity,
      revenue: (before?.revenue ?? 0) + total,
    })
  }
  return [...bySku.values()]
}
