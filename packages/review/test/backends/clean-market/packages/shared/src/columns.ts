export const PRODUCT_COLUMNS = 'id, title, category_code as "categoryCode", price_cents as "priceCents", stock, version';

export const ORDER_COLUMNS =
  'id, status, total_cents as "totalCents", discount_cents as "discountCents", tracking_code as "trackingCode"';

export const PRODUCT_SORTS = {
  newest: "id desc",
  cheapest: "price_cents, id",
  dearest: "price_cents desc, id desc",
} as const;

export type ProductSort = keyof typeof PRODUCT_SORTS;
