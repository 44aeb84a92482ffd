import { bigint, index, integer, pgTable, smallint, text, timestamp, primaryKey } from "drizzle-orm/pg-core"

export const categories = pgTable("categories", {
  code: text().primaryKey(),
  label: text().notNull(),
})

export const products = pgTable(
  "products",
  {
    id: bigint({ mode: "bigint" }).primaryKey().generatedAlwaysAsIdentity(),
    sellerId: bigint("seller_id", { mode: "bigint" }).notNull(),
    categoryCode: text("category_code")
      .notNull()
      .references(() => categories.code, { onDelete: "restrict" }),
    title: text().notNull(),
    priceCents: integer("price_cents").notNull(),
    stock: integer().notNull().default(0),
    createdAt: timestamp("created_at", { withTimezone: true }).notNull().defaultNow(),
  },
  (table) => [
    index("products_seller_id_id_idx").on(table.sellerId, table.id),
    index("products_category_code_id_idx").on(table.categoryCode, table.id),
  ],
)

export const productImages = pgTable(
  "product_images",
  {
    productId: bigint("product_id", { mode: "bigint" })
      .notNull()
      .references(() => products.id, { onDelete: "cascade" }),
    position: smallint().notNull(),
    url: text().notNull(),
  },
  (table) => [primaryKey({ columns: [table.productId, table.position] })],
)
