/**
 * The items of the shop. One row holds what all three modules know of an item: the catalogue its description, the
 * inventory its stock, the orders what was sold of it. So an order touches one row an item.
 */
import { bigint, index, integer, pgTable, text } from 'drizzle-orm/pg-core'

export const items = pgTable(
  'items',
  {
    sku: text().primaryKey(),
    name: text().notNull(),
    category: text().notNull(),
    price: integer().notNull(),
    stock: integer().notNull(),
    soldOrders: integer('sold_orders').notNull().default(0),
    soldQuantity: integer('sold_quantity').notNull().default(0),
    soldRevenue: bigint('sold_revenue', { mode: 'number' }).notNull().default(0),
  },
  (table) => [index('items_by_category').on(table.category, table.sku)],
)
