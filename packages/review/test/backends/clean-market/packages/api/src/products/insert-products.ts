import { chunks } from "@market/shared/chunks";
import format from "pg-format";
import type { Queryable } from "../db.ts";

export interface NewProduct {
  title: string;
  categoryCode: string;
  priceCents: number;
  stock: number;
}

const TABLE = "products";
const COLUMNS = ["seller_id", "title", "category_code", "price_cents", "stock"];

export async function insertProducts(db: Queryable, sellerId: string, input: NewProduct[]): Promise<string[]> {
  const ids: string[] = [];
  for (const chunk of chunks(input, 250)) {
    const rows = chunk.map((product) => [sellerId, product.title, product.categoryCode, product.priceCents, product.stock]);
    const result = await db.query<{ id: string }>(
      format("insert into %I (%I) values %L returning id", TABLE, COLUMNS, rows),
    );
    ids.push(...result.rows.map((row) => row.id));
  }
  return ids;
}
