/** Synchronous chain of services. */
import type { SharpEdge } from '../entry.js'

export const synchronousChainOfServices: SharpEdge = {
  kind: 'sharp-edge',
  id: 'synchronous-chain-of-services',
  title: 'Synchronous chain of services',
  severity: 'high',
  why: 'A request that waits for A, which waits for B, which waits for C, is as slow as their sum and as available as their product. One slow service at the end holds threads, sockets and connections in all of them, and the outage appears where the cause is not.',
  symptoms: [
    'Availability is worse than that of any single service',
    'One slow service takes all others down',
    '504 at the edge, and every service blames the next',
    'p99 is the sum of everybody’s p99',
    'A deploy of one service breaks three others',
  ],
  mechanism:
    'Each hop adds its latency, its failures and its timeouts; tails add up. Timeouts that are equal at each level make the outer one give up while the inner ones go on working and are called again. Cycles (A calls B calls A) deadlock pools. Fan-out makes it worse: of 100 calls one meets the p99 nearly always.',
  confirm: [
    'A trace: depth of nested client spans, and the part of the critical path that is spent in others.',
    'Slow down the last service by 2 s in staging: who still answers?',
    'Timeouts by level, from the edge inwards: they must shrink.',
    'Product of the availabilities against the promise of the edge.',
  ],
  wayOut: [
    'Stop the bleeding: breaker or fallback at the first hop (old value, partial answer), shed load, shorten timeouts from the edge inwards.',
    'Carry a deadline (header) and stop work whose deadline has passed; bulkheads: a limited number of concurrent calls per dependency.',
    'Copy what you need: subscribe to events and read your own table.',
    'Accept, answer 202, go on by events or jobs; a saga where several must agree.',
    'Merge services that are always called together.',
    'Within Keelson modules call each other in one transaction (`tx.call`), and pass on work by events and jobs.',
  ],
  numbers: [
    'Five services of 99.9 % in a row are 99.5 %: 3.6 h a month instead of 44 minutes [arithmetic].',
    'With 100 parallel calls, each slow in 1 % of cases, 63 % of requests are slow [Dean and Barroso, The Tail at Scale, 2013].',
  ],
  siblings: [
    'retry-storm',
    'premature-microservices',
    'health-check-that-lies',
    'external-call-in-transaction',
  ],
  covers: ['synchronous chain of services'],
  wrong: {
    language: 'ts',
    stack: 'fetch of Node',
    text: `const customer = await getJson(\`\${CUSTOMERS}/\${id}\`) // which calls credit, which calls ledger …
const prices = await getJson(\`\${PRICES}?skus=\${skus}\`)
const stock = await getJson(\`\${STOCK}?skus=\${skus}\`)`,
  },
  right: {
    language: 'ts',
    stack: 'Fastify 5 and pg',
    text: `// Kept up to date by events; no call at the time of the request.
const prices = await pool.query('select sku, price_cents from known_prices where sku = any($1)', [skus])
const signal = AbortSignal.timeout(Math.max(0, deadline - Date.now() - 50))
const stock = await bulkhead.run(() => getJson(\`\${STOCK}?skus=\${skus}\`, { signal })).catch(() => undefined)
return reply.code(stock === undefined ? 202 : 201).send(await acceptOrder(prices.rows, stock))`,
  },
}
