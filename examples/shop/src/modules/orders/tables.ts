/**
 * Orders and their lines. Money is in minor units, as bigint columns that Drizzle reads as numbers: the bounds of the
 * input keep them below 2^53.
 */
import { bigint, date, index, integer, pgTable, primaryKey, text, timestamp, uuid } from 'drizzle-orm/pg-core'
import { items } from '../catalogue/tables.js'

export const orders = pgTable(
  'orders',
  {
    id: uuid().primaryKey(),
    placedBy: uuid('placed_by').notNull(),
    customer: text(),
    /** The order's name in the system that it was imported from. */
    reference: text().unique(),
    status: text({ enum: ['placed', 'cancelled'] }).notNull(),
    total: bigint({ mode: 'number' }).notNull(),
    placedAt: timestamp('placed_at', { withTimezone: true }).notNull(),
  },
  (table) => [index('orders_by_placer').on(table.placedBy, table.placedAt.desc(), table.id.desc())],
)

export const orderLines = pgTable(
  'order_lines',
  {
    orderId: uuid('order_id')
      .notNull()
      .references(() => orders.id),
    position: integer().notNull(),
    sku: text()
      .notNull()
      .references(() => items.sku),
    quantity: integer().notNull(),
    unitPrice: integer('unit_price').notNull(),
    discountPercent: integer('discount_percent').notNull().default(0),
    total: bigint({ mode: 'number' }).notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.orderId, table.position] }),
    index('order_lines_by_sku').on(table.sku, table.orderId),
  ],
)

/** Kept by a subscriber: a little behind the orders, never wrong. */
export const dailySales = pgTable('daily_sales', {
  day: date().primaryKey(),
  placed: integer().notNull(),
  cancelled: integer().notNull(),
  revenue: bigint({ mode: 'number' }).notNull(),
})
