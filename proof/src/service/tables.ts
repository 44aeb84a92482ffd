/** The tables of the service under proof; migrations/1 makes them. Those of the counters stand with them, in two versions. */
import { boolean, integer, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core'

export const accounts = pgTable('accounts', {
  id: text().primaryKey(),
  balance: integer().notNull(),
  version: integer().notNull(),
})
/** One row a transfer, with what both accounts were after it: the book by which every balance can be retraced. */
export const transfers = pgTable('transfers', {
  id: uuid().primaryKey(),
  token: text().notNull(),
  leg: integer().notNull(),
  source: text().notNull(),
  target: text().notNull(),
  amount: integer().notNull(),
  sourceVersion: integer('source_version').notNull(),
  sourceBalance: integer('source_balance').notNull(),
  targetVersion: integer('target_version').notNull(),
  targetBalance: integer('target_balance').notNull(),
  reference: text().unique(),
})

/** A list as one row: its numbers, with commas. */
export const lists = pgTable('lists', { id: text().primaryKey(), items: text().notNull() })
/** A list as many rows. */
export const listItems = pgTable('list_items', {
  id: uuid().primaryKey(),
  list: text().notNull(),
  position: integer().notNull(),
  value: text().notNull(),
})

export const names = pgTable('names', {
  id: uuid().primaryKey(),
  name: text().notNull().unique(),
  token: text().notNull(),
})
export const nameLog = pgTable('name_log', {
  id: uuid().primaryKey(),
  token: text().notNull(),
  name: text().notNull(),
  action: text().notNull(),
  /** The token of the command that took the name. */
  holder: text().notNull(),
})

export const bookings = pgTable('bookings', {
  id: uuid().primaryKey(),
  room: text().notNull(),
  slot: integer().notNull(),
  token: text().notNull(),
})

export const pairs = pgTable('pairs', { id: text().primaryKey(), token: text().notNull() })

export const pointers = pgTable('pointers', {
  id: text().primaryKey(),
  target: text().notNull(),
  version: integer().notNull(),
})
export const targets = pgTable('targets', {
  id: text().primaryKey(),
  open: boolean().notNull(),
  hits: integer().notNull(),
})
export const pointerLog = pgTable('pointer_log', {
  id: uuid().primaryKey(),
  token: text().notNull(),
  action: text().notNull(),
  pointer: text().notNull(),
  version: integer().notNull(),
  target: text().notNull(),
})

export const items = pgTable('items', { sku: text().primaryKey(), stock: integer().notNull() })
export const customers = pgTable('customers', { id: text().primaryKey(), orders: integer().notNull() })
export const orders = pgTable('orders', {
  id: uuid().primaryKey(),
  token: text().notNull(),
  customer: text()
    .notNull()
    .references(() => customers.id),
  number: integer().notNull(),
})
export const orderLines = pgTable(
  'order_lines',
  {
    orderId: uuid('order_id')
      .notNull()
      .references(() => orders.id),
    sku: text()
      .notNull()
      .references(() => items.sku),
    quantity: integer().notNull(),
  },
  (t) => [primaryKey({ columns: [t.orderId, t.sku] })],
)
export const restocks = pgTable('restocks', {
  id: uuid().primaryKey(),
  token: text().notNull(),
  sku: text().notNull(),
  quantity: integer().notNull(),
})

export const purses = pgTable('purses', {
  id: text().primaryKey(),
  total: integer().notNull(),
  version: integer().notNull(),
})
export const deposits = pgTable('deposits', {
  id: uuid().primaryKey(),
  token: text().notNull(),
  purse: text().notNull(),
  amount: integer().notNull(),
  version: integer().notNull(),
})

export const noteKeys = pgTable('note_keys', { id: text().primaryKey(), number: integer().notNull() })
/** In the order in which they came: the column `place`, which is the database's. */
export const notesFollowed = pgTable('notes_followed', {
  id: uuid().primaryKey(),
  token: text().notNull(),
  key: text().notNull(),
  number: integer().notNull(),
})
export const followTotals = pgTable('follow_totals', { id: text().primaryKey(), value: integer().notNull() })

export const errandsDone = pgTable('errands_done', { id: uuid().primaryKey(), token: text().notNull() })
