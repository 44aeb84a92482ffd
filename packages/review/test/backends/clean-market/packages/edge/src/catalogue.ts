import { PRODUCT_SORTS, type ProductSort } from "@market/shared/columns"
import { and, asc, eq, gt, inArray, lte, sql } from "drizzle-orm"
import { db } from "./db.ts"
import { categories, productImages, products } from "./schema.ts"

const summary = {
  id: products.id,
  title: products.title,
  priceCents: products.priceCents,
  available: sql<boolean>`${products.stock} > ${0}`,
}

type Summary = { id: bigint; title: string; priceCents: number; available: boolean }

const toJson = (row: Summary) => ({ ...row, id: row.id.toString() })

export const listCategories = () => db.select().from(categories).orderBy(asc(categories.code)).limit(200)

export async function listByCategory(code: string, after: bigint, limit: number) {
  const rows = await db
    .select(summary)
    .from(products)
    .where(and(eq(products.categoryCode, code), gt(products.id, after)))
    .orderBy(asc(products.id))
    .limit(limit)
  return rows.map(toJson)
}

export async function topOf(code: string, sort: ProductSort, maxCents: number) {
  const rows = await db
    .select(summary)
    .from(products)
    .where(and(eq(products.categoryCode, code), lte(products.priceCents, maxCents)))
    .orderBy(sql.raw(PRODUCT_SORTS[sort]))
    .limit(24)
  return rows.map(toJson)
}

export async function detailsOf(id: bigint) {
  const [[product], images] = await Promise.all([
    db.select(summary).from(products).where(eq(products.id, id)).limit(1),
    db
      .select({ url: productImages.url })
      .from(productImages)
      .where(eq(productImages.productId, id))
      .orderBy(asc(productImages.position))
      .limit(10),
  ])
  return product ? { ...toJson(product), images: images.map((image) => image.url) } : null
}

export async function pricesOf(ids: bigint[]) {
  const rows = await db
    .select({ id: products.id, priceCents: products.priceCents })
    .from(products)
    .where(inArray(products.id, ids))
  return rows.map((row) => ({ ...row, id: row.id.toString() }))
}

export async function stockOf(sellerId: bigint, productId: bigint) {
  const result = await db.execute<{ stock: number }>(
    sql`select stock from products where id = ${productId} and seller_id = ${sellerId}`,
  )
  return result.rows[0]?.stock ?? null
}
