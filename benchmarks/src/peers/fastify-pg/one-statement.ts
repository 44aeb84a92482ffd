/**
 * An order as a single statement: one round trip, no explicit transaction, the answer's text made by Postgres. As fast
 * as a request by itself can be, at the price of business rules in SQL.
 */
import { DatabaseError, type Pool, type QueryConfig } from 'pg'
import { refuse, replay } from './answers.js'
import { locationOf, type OrderRequest, type PlaceOrder } from './order.js'

const UNIQUE_VIOLATION = '23505'
const DIVISION_BY_ZERO = '22012'

export const oneStatementPlacer =
  (pool: Pool): PlaceOrder =>
  async (request) => {
    try {
      const statement = request.lines.length === 1 ? singleLine(request) : manyLines(request)
      const { rows } = await pool.query<{ body: string }>(statement)
      if (!rows[0]) return await refuse(pool, request)
      return { status: 201, location: locationOf(request), body: rows[0].body }
    } catch (error) {
      const code = error instanceof DatabaseError ? error.code : undefined
      // The key is taken: the statement was undone as a whole.
      if (code === UNIQUE_VIOLATION) return (await replay(pool, request))!
      if (code === DIVISION_BY_ZERO) return refuse(pool, request)
      throw error
    }
  }

/** Where the stock does not suffice, `taken` is empty and so is all that is made from it. */
const singleLine = (request: OrderRequest): QueryConfig => {
  const { sku, quantity } = request.lines[0]!
  const placedAt = request.placedAt.toISOString()
  return {
    name: 'place-order',
    text: `
      with taken as (
        update items set stock = stock - $2, sold_orders = sold_orders + 1, sold_quantity = sold_quantity + $2,
          sold_revenue = sold_revenue + $2::bigint * price
        where sku = $1 and stock >= $2
        returning price, $2::bigint * price as total
      ), placed as (
        insert into orders (id, placed_by, status, total, placed_at) select $3, $4, 'placed', total, $5 from taken
      ), line as (
        insert into order_lines (order_id, position, sku, quantity, unit_price, total)
        select $3, 1, $1, $2, price, total from taken
      ), told as (
        insert into events (name, version, key, payload, occurred_at)
        select 'order.placed', 1, $3::uuid::text, '{"orderId":"' || $3::uuid || '","total":' || total || '}', $5 from taken
      )
      insert into idempotency (key, fingerprint, status, headers, body)
      select $6, $7, 201, $8, $9 || total || $10 || price || ',"total":' || total || '}]}' from taken
      returning body`,
    values: [
      sku,
      quantity,
      request.id,
      request.placedBy,
      placedAt,
      request.key,
      request.fingerprint,
      locationOf(request),
      `{"id":"${request.id}","status":"placed","total":`,
      `,"placedAt":"${placedAt}","lines":[{"sku":${JSON.stringify(sku)},"quantity":${quantity},"unitPrice":`,
    ],
  }
}

/**
 * Rows are locked in the order of their skus before any is changed; if one is short, a division by zero undoes it all.
 */
const manyLines = (request: OrderRequest): QueryConfig => ({
  name: 'place-order-of-many-lines',
  text: `
    with line as (
      select position, sku, quantity from unnest($1::text[], $2::int[]) with ordinality as line (sku, quantity, position)
    ), wanted as (
      select sku, sum(quantity)::int as quantity from line group by sku
    ), locked as materialized (
      select sku from items where sku = any($1::text[]) order by sku for no key update
    ), taken as (
      update items set stock = stock - wanted.quantity, sold_orders = sold_orders + 1,
        sold_quantity = sold_quantity + wanted.quantity, sold_revenue = sold_revenue + wanted.quantity::bigint * price
      from wanted join locked using (sku)
      where items.sku = wanted.sku and items.stock >= wanted.quantity
      returning items.sku, items.price
    ), priced as (
      select position, sku, quantity, price, quantity::bigint * price as total from line join taken using (sku)
    ), whole as (
      select sum(total)::bigint / (count(*) = cardinality($1::text[]))::int as total from priced
    ), placed as (
      insert into orders (id, placed_by, status, total, placed_at) select $3, $4, 'placed', total, $5 from whole
    ), lines as (
      insert into order_lines (order_id, position, sku, quantity, unit_price, total)
      select $3, position, sku, quantity, price, total from priced
    ), told as (
      insert into events (name, version, key, payload, occurred_at)
      select 'order.placed', 1, $3::uuid::text, json_build_object('orderId', $3::uuid, 'total', total), $5 from whole
    )
    insert into idempotency (key, fingerprint, status, headers, body)
    select $6, $7, 201, $8, json_build_object('id', $3::uuid, 'status', 'placed', 'total', total, 'placedAt', $9::text, 'lines', (
      select json_agg(json_build_object('sku', sku, 'quantity', quantity, 'unitPrice', price, 'total', total) order by position) from priced
    )) from whole
    returning body`,
  values: [
    request.lines.map((line) => line.sku),
    request.lines.map((line) => line.quantity),
    request.id,
    request.placedBy,
    request.placedAt,
    request.key,
    request.fingerprint,
    locationOf(request),
    request.placedAt.toISOString(),
  ],
})
