/**
 * The table of idempotency keys: a key's row holds the answer and is written in the order's own transaction, last.
 * Whoever finds the key taken undoes what it did and gives the stored answer, so that a key has one effect and one
 * answer, however many requests bring it at once. Reserving the row first would cost every order a second statement.
 */
import type { ClientBase, Pool, QueryConfig } from 'pg'
import { problem, type Answer, type OrderRequest } from './order.js'

type Queryable = Pick<ClientBase | Pool, 'query'>

/** Gives no row if the key is taken; waits while another transaction that has written it is under way. */
export const storeAnswer = (
  { key, fingerprint }: OrderRequest,
  { status, location, body }: Answer,
): QueryConfig => ({
  name: 'store-answer',
  text: `insert into idempotency (key, fingerprint, status, headers, body) values ($1, $2, $3, $4, $5)
         on conflict (key) do nothing`,
  values: [key, fingerprint, status, location, body],
})

interface StoredRow {
  readonly fingerprint: string
  readonly status: number
  readonly headers: string | null
  readonly body: string
}

/** The answer that was given under this key before; 422 if the request was another. */
export async function replay(queryable: Queryable, request: OrderRequest): Promise<Answer | undefined> {
  const { rows } = await queryable.query<StoredRow>({
    name: 'read-answer',
    text: 'select fingerprint, status, headers, body from idempotency where key = $1',
    values: [request.key],
  })
  const stored = rows[0]
  if (!stored) return undefined
  if (stored.fingerprint !== request.fingerprint) return problem(422, 'idempotency_key_reused')
  return { status: stored.status, location: stored.headers, body: stored.body, replayed: true }
}

/**
 * Nothing was taken, and nothing is held: the answer given before if the key was used, else a refusal that says which
 * item is short, stored under the key.
 */
export async function refuse(queryable: Queryable, request: OrderRequest): Promise<Answer> {
  const before = await replay(queryable, request)
  if (before) return before
  const answer = await refusal(queryable, request)
  const { rowCount } = await queryable.query(storeAnswer(request, answer))
  return rowCount === 1 ? answer : (await replay(queryable, request))!
}

async function refusal(queryable: Queryable, request: OrderRequest): Promise<Answer> {
  const { rows } = await queryable.query<{ sku: string; stock: number | null }>({
    name: 'find-short-item',
    text: `select wanted.sku, items.stock
           from (select sku, sum(quantity) as quantity from unnest($1::text[], $2::int[]) as line (sku, quantity) group by sku) as wanted
           left join items using (sku)
           order by (items.stock >= wanted.quantity) nulls first, wanted.sku limit 1`,
    values: [request.lines.map((line) => line.sku), request.lines.map((line) => line.quantity)],
  })
  const { sku, stock } = rows[0]!
  return stock === null
    ? problem(422, 'unknown_item', { sku })
    : problem(409, 'out_of_stock', { sku, available: stock })
}
