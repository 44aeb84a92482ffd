import { integer, pgTable, primaryKey, text, timestamp, uuid } from 'drizzle-orm/pg-core'

export const items = pgTable('items', {
  sku: text().primaryKey(),
  price: integer().notNull(),
  stock: integer().notNull(),
})
export const orders = pgTable('orders', {
  id: uuid().primaryKey(),
  customerId: uuid().notNull(),
  total: integer().notNull(),
  placedAt: timestamp({ withTimezone: true }).notNull(),
})
export const lines = pgTable(
  'order_lines',
  {
    orderId: uuid()
      .notNull()
      .references(() => orders.id),
    sku: text()
      .notNull()
      .references(() => items.sku),
    quantity: integer().notNull(),
  },
  (t) => [primaryKey({ columns: [t.orderId, t.sku] })],
)
