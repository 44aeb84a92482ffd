/** The shop's HTTP face as the checks use it. Bodies are kept as bytes' text, since replays must be identical. */
import { randomUUID } from 'node:crypto'

interface Line {
  readonly sku: string
  readonly quantity: number
}

export interface Reply {
  readonly status: number
  readonly text: string
  readonly location: string | null
}

export interface PlacedOrder {
  readonly id: string
  readonly status: string
  readonly total: number
  readonly placedAt: string
  readonly lines: readonly { sku: string; quantity: number; unitPrice: number; total: number }[]
}

export interface Item {
  readonly sku: string
  readonly name: string
  readonly category: string
  readonly price: number
  readonly stock: number
}

export interface ShopFace {
  order(lines: readonly Line[], idempotencyKey?: string): Promise<Reply>
  orderAnonymously(lines: readonly Line[]): Promise<Reply>
  get(sku: string): Promise<Reply>
}

export function shopFace(port: number, token: string): ShopFace {
  const base = `http://127.0.0.1:${port}/v1`
  const authorization = `Bearer ${token}`
  const send = async (path: string, init: RequestInit): Promise<Reply> => {
    const answer = await fetch(`${base}${path}`, { ...init, signal: AbortSignal.timeout(20_000) })
    return { status: answer.status, text: await answer.text(), location: answer.headers.get('location') }
  }
  const post = (lines: readonly Line[], headers: Record<string, string>): Promise<Reply> =>
    send('/orders', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': randomUUID(), ...headers },
      body: JSON.stringify({ lines }),
    })
  return {
    order: (lines, idempotencyKey = randomUUID()) =>
      post(lines, { authorization, 'idempotency-key': idempotencyKey }),
    orderAnonymously: (lines) => post(lines, {}),
    get: (sku) => send(`/items/${sku}`, { headers: { authorization } }),
  }
}

export const orderIn = (reply: Reply): PlacedOrder => JSON.parse(reply.text) as PlacedOrder

export const itemIn = (reply: Reply): Item => JSON.parse(reply.text) as Item
