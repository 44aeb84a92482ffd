/** The words both variants of placing an order share. */

export interface Line {
  readonly sku: string
  readonly quantity: number
}

export interface OrderRequest {
  readonly id: string
  readonly placedBy: string
  readonly placedAt: Date
  readonly lines: readonly Line[]
  /** The caller and the idempotency key, hashed to a UUID's text. */
  readonly key: string
  /** The request's content, likewise. */
  readonly fingerprint: string
}

/** A type rather than an interface, as Fastify's serialisers want it. */
export type Order = {
  readonly id: string
  readonly status: 'placed'
  readonly total: number
  readonly placedAt: string
  readonly lines: readonly (Line & { readonly unitPrice: number; readonly total: number })[]
}

/** What goes to the client, and into the table of idempotency keys. */
export interface Answer {
  readonly status: number
  readonly location: string | null
  readonly body: string
  readonly replayed?: boolean
}

export type PlaceOrder = (request: OrderRequest, serialize: (order: Order) => string) => Promise<Answer>

export const locationOf = (request: OrderRequest): string => `/v1/orders/${request.id}`

export const problem = (status: number, code: string, more: object = {}): Answer => ({
  status,
  location: null,
  body: JSON.stringify({ type: 'about:blank', status, code, ...more }),
})

/** What each item must give, in the order of the skus: orders that lock rows in one order cannot deadlock. */
export function quantitiesBySku(lines: readonly Line[]): [sku: string, quantity: number][] {
  if (lines.length === 1) return [[lines[0]!.sku, lines[0]!.quantity]]
  const quantities = new Map<string, number>()
  for (const { sku, quantity } of lines) quantities.set(sku, (quantities.get(sku) ?? 0) + quantity)
  return [...quantities].toSorted(([left], [right]) => (left < right ? -1 : 1))
}
