import { command, rowSchema, scope } from 'keelson'
import { bigint, boolean, numeric, pgTable, text, timestamp } from 'drizzle-orm/pg-core'

export const products = pgTable('products', {
  sku: text().primaryKey(),
  name: text().notNull(),
  weight: numeric({ precision: 10, scale: 3 }).notNull(),
  sold: bigint({ mode: 'bigint' }).notNull(),
  listed: boolean().notNull(),
  addedAt: timestamp({ withTimezone: true }).notNull(),
})

export const Product = rowSchema(products)

export const addProduct = command('products.add', {
  http: { post: '/products', status: 201, location: ({ sku }) => `/products/${sku}` },
  summary: 'Add a product',
  input: Product.omit({ addedAt: true, sold: true }).partial({ listed: true }),
  output: Product,
  allow: scope('products:write'),
  run: ({ input, tx, now }) => tx.insert(products, { listed: true, ...input, sold: 0n, addedAt: now }),
})
