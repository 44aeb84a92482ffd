/**
 * What must be true of a shop's database after any load: the sums of stock, sales, orders, lines and events agree with
 * each other and with what clients were told. A pass that breaks one is void.
 */
import type { ShopSide } from '../contenders/contender.js'
import { INITIAL_STOCK } from './catalogue.js'
import { withClient } from './client.js'

export interface Expected {
  /** Orders that were acknowledged. */
  readonly orders: number
  /** Requests whose fate is unknown: so many more orders there may be. */
  readonly unanswered: number
  /** Items that began with another stock. */
  readonly stocks?: Readonly<Record<string, number>>
}

interface Sums {
  readonly orders: number
  readonly order_totals: number
  readonly line_totals: number
  readonly line_quantities: number
  readonly items_in_lines: number
  readonly sold_orders: number
  readonly sold_quantities: number
  readonly sold_revenue: number
  readonly wrong_stocks: number
  readonly negative_stocks: number
  readonly events: number
  readonly answers: number
}

const sums = ({ events, answers }: ShopSide): string => `
  select
    (select count(*) from orders)::float8 as orders,
    (select coalesce(sum(total), 0) from orders)::float8 as order_totals,
    (select coalesce(sum(total), 0) from order_lines)::float8 as line_totals,
    (select coalesce(sum(quantity), 0) from order_lines)::float8 as line_quantities,
    (select count(*) from (select distinct order_id, sku from order_lines) as pair)::float8 as items_in_lines,
    (select sum(sold_orders) from items)::float8 as sold_orders,
    (select sum(sold_quantity) from items)::float8 as sold_quantities,
    (select sum(sold_revenue) from items)::float8 as sold_revenue,
    (select count(*) from items where stock + sold_quantity <> coalesce(($2::json ->> sku)::int, $1))::float8 as wrong_stocks,
    (select count(*) from items where stock < 0)::float8 as negative_stocks,
    (select count(*) from ${events} where name = 'order.placed' and key in (select id::text from orders))::float8 as events,
    (select count(*) from ${answers} where status = 201)::float8 as answers`

/** What is wrong, in words; empty if all holds. */
export async function brokenInvariants(url: string, shop: ShopSide, expected: Expected): Promise<string[]> {
  const values = [INITIAL_STOCK, JSON.stringify(expected.stocks ?? {})]
  const found = await withClient(
    url,
    async (client) => (await client.query<Sums>(sums(shop), values)).rows[0]!,
  )
  const most = expected.orders + expected.unanswered
  const claims: [holds: boolean, otherwise: string][] = [
    [
      found.orders >= expected.orders && found.orders <= most,
      `${expected.orders} orders were acknowledged and ${expected.unanswered} unanswered; ${found.orders} are stored`,
    ],
    [
      found.order_totals === found.line_totals,
      `orders sum to ${found.order_totals}, lines to ${found.line_totals}`,
    ],
    [
      found.sold_quantities === found.line_quantities,
      `items say ${found.sold_quantities} were sold, lines say ${found.line_quantities}`,
    ],
    [
      found.sold_orders === found.items_in_lines,
      `items say ${found.sold_orders} orders have them, lines say ${found.items_in_lines}`,
    ],
    [
      found.sold_revenue === found.line_totals,
      `items say revenue ${found.sold_revenue}, lines ${found.line_totals}`,
    ],
    [found.wrong_stocks === 0, `the stock of ${found.wrong_stocks} items is not what the sales leave`],
    [found.negative_stocks === 0, `the stock of ${found.negative_stocks} items is below zero`],
    [found.events === found.orders, `${found.orders} orders have ${found.events} events`],
    [found.answers === found.orders, `${found.orders} orders have ${found.answers} stored answers`],
  ]
  return claims.filter(([holds]) => !holds).map(([, otherwise]) => otherwise)
}
