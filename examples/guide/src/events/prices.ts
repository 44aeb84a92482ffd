import { integer, pgTable, text } from 'drizzle-orm/pg-core'
import { event, subscriber } from 'keelson'
import { z } from 'zod'

export const PriceChanged = event('price.changed', {
  version: 2,
  key: (e) => e.sku,
  payload: z.object({ sku: z.string(), price: z.int(), currency: z.string() }),
  // Version 1 had no currency: everything was in euros.
  upcast: { 1: (old: { sku: string; price: number }) => ({ ...old, currency: 'EUR' }) },
})

export const priceHistory = pgTable('price_history', {
  eventId: text().primaryKey(),
  sku: text().notNull(),
  price: integer().notNull(),
  currency: text().notNull(),
})

export const keepPrices = subscriber('prices', {
  on: [PriceChanged],
  from: 'start',
  run({ event: { id, payload }, tx }) {
    tx.insert(priceHistory, { eventId: id, ...payload })
  },
})
