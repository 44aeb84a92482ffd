/**
 * The requests of a work, as text ready for the socket. All that can be built beforehand is; what remains for each
 * request is a draw of the item and, for orders, an idempotency key.
 */
import { randomUUID } from 'node:crypto'
import { skuOf } from '../database/catalogue.js'

export type Traffic =
  /** One line of quantity 1; the item drawn uniformly from the first `items` of the catalogue. */
  | { readonly kind: 'order'; readonly items: number }
  | { readonly kind: 'get'; readonly items: number }
  | { readonly kind: 'path'; readonly path: string }
  /** JSON bodies for one path, drawn uniformly; without idempotency keys. */
  | { readonly kind: 'post'; readonly path: string; readonly bodies: readonly unknown[] }

/** Each call of what is returned gives the next request. The text is latin1. */
export function requestSource(traffic: Traffic, authority: string, token: string): () => string {
  const credentials = token === '' ? '' : `authorization: Bearer ${token}\r\n`
  const common = `host: ${authority}\r\n${credentials}`
  if (traffic.kind === 'path') {
    const request = `GET ${traffic.path} HTTP/1.1\r\n${common}\r\n`
    return () => request
  }
  if (traffic.kind === 'get') {
    const requests = skus(traffic.items).map((sku) => `GET /v1/items/${sku} HTTP/1.1\r\n${common}\r\n`)
    return () => requests[draw(requests.length)]!
  }
  if (traffic.kind === 'post') {
    const requests = traffic.bodies.map((body) => {
      const text = JSON.stringify(body)
      return `POST ${traffic.path} HTTP/1.1\r\n${common}content-type: application/json\r\ncontent-length: ${Buffer.byteLength(text)}\r\n\r\n${text}`
    })
    return () => requests[draw(requests.length)]!
  }
  const head = `POST /v1/orders HTTP/1.1\r\n${common}content-type: application/json\r\nidempotency-key: `
  const rests = skus(traffic.items).map((sku) => {
    const body = JSON.stringify({ lines: [{ sku, quantity: 1 }] })
    return `\r\ncontent-length: ${body.length}\r\n\r\n${body}`
  })
  // Random keys (version 4), as clients make them.
  return () => head + randomUUID() + rests[draw(rests.length)]!
}

const skus = (count: number): string[] => Array.from({ length: count }, (_, index) => skuOf(index))

const draw = (below: number): number => Math.floor(Math.random() * below)
