/**
 * An item as callers see it, and the bounds of its fields. A price is in minor units (cents). The bounds of price and
 * of quantity (orders/place.ts) keep every sum of money of an order below 2^53, where integers are exact.
 */
import { rowSchema } from 'keelson'
import { z } from 'zod'
import { items } from './tables.js'

export const Sku = z.string().min(1).max(100)
export const Price = z.int().min(0).max(100_000_000)
export const Stock = z.int().min(0).max(1_000_000_000)

export const Description = z.object({
  name: z.string().min(1).max(200),
  category: z.string().min(1).max(100),
  price: Price,
})

export const Item = rowSchema(items).pick({ sku: true, name: true, category: true, price: true, stock: true })
