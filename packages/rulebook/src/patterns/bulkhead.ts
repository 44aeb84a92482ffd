import type { Pattern } from '../entry.js'

export const bulkhead: Pattern = {
  kind: 'pattern',
  id: 'bulkhead',
  title: 'Bulkhead',
  why: 'One slow report, one tenant who imports, one supplier who answers after 30 s: each takes connections and memory one by one until nothing is left for the checkout, although nothing is wrong with the checkout. Compartments with limits of their own let a part fill up and fail while the others do not notice.',
  when: 'Where kinds of work of different value or speed share something scarce: a pool, workers, a process. One compartment too many costs too, since what is idle in one cannot help another; separate by failure and by importance, not by module.',
  steps: [
    'List what is shared and can run out: database connections, sockets, workers, memory, the event loop, locks.',
    'Put the critical path first: what must work when nothing else does?',
    'Bound each dependency by a number of concurrent calls: rate × usual latency × 2.',
    'A short queue before the limit, or none; beyond it refuse at once with 503 and Retry-After.',
    'Give long work its own processes and its own database role with `connection limit` and `statement_timeout`.',
    'Bound each tenant’s share, so that one of them cannot take the compartment.',
    'Show use and refusals of each compartment; test by making one dependency hang.',
  ],
  withKeelson: {
    language: 'ts',
    stack:
      'Keelson: roles separate requests from background work, no kind of job takes more than three quarters of the places; a limit for each dependency is yours',
    text: `import { createServer, job, type App } from 'keelson'
import { z } from 'zod'

/** Two processes of one application: imports cannot take the memory or the event loop of requests. */
export const startHttp = (application: App) => createServer(application, { roles: ['http'] })
export const startWorker = (application: App) => createServer(application, { roles: ['worker'] })

/** At most \`most\` at once in this process; whoever comes beyond is refused rather than queued. */
export class Compartment {
  #inUse = 0
  readonly #most: number

  constructor(most: number) {
    this.#most = most
  }

  async enter<T>(run: () => Promise<T>): Promise<T> {
    if (this.#inUse >= this.#most) throw new Error('The compartment is full.')
    this.#inUse++
    try {
      return await run()
    } finally {
      this.#inUse--
    }
  }
}

const supplier = new Compartment(5)

/** A supplier that hangs holds five places, not twenty; who is refused comes again later. */
export const askSupplier = job('supplier.ask', {
  input: z.object({ sku: z.string() }),
  timeoutMs: 30_000,
  retry: { delayMs: 10_000 },
  run: ({ input, http }) =>
    supplier.enter(async () => {
      const answer = await http('https://supplier.example/stock/' + encodeURIComponent(input.sku))
      if (!answer.ok) throw new Error('The supplier answered ' + answer.status)
    }),
})`,
  },
  byHand: {
    language: 'ts',
    stack: 'Express 5 and pg: reports have a pool and a limit of their own',
    text: `import { Router, type RequestHandler } from 'express'
import { Pool } from 'pg'

/** alter role reports connection limit 4; alter role reports set statement_timeout = '60s' */
export const pools = (appUrl: string, reportsUrl: string) => ({
  orders: new Pool({ connectionString: appUrl, max: 12, connectionTimeoutMillis: 1_000 }),
  reports: new Pool({ connectionString: reportsUrl, max: 2, connectionTimeoutMillis: 5_000 }),
})

export function atMost(most: number): RequestHandler {
  let inUse = 0
  return (_request, response, next) => {
    if (inUse >= most) return void response.set('Retry-After', '5').sendStatus(503)
    inUse++
    // Comes once, whether the answer was sent or the caller went away.
    response.once('close', () => inUse--)
    next()
  }
}

export function routes({ orders, reports }: ReturnType<typeof pools>): Router {
  const router = Router()
  router.get('/reports/sales', atMost(2), async (_request, response) => {
    const { rows } = await reports.query('select day, total from sales_by_day order by day desc limit 365')
    response.json(rows)
  })
  router.get('/orders/:id', async (request, response) => {
    const { rows } = await orders.query('select id, status from orders where id = $1', [request.params.id])
    if (rows[0] === undefined) return void response.sendStatus(404)
    response.json(rows[0])
  })
  return router
}`,
  },
  mistakes: [
    'Separate pools in one process whose event loop is shared: a heavy computation crosses every wall.',
    'A compartment with an endless queue; it fails by memory instead of by refusal.',
    'Decrementing only in the success path, so that the compartment slowly closes for ever.',
    'Ten services with bulkheads around one database without any.',
  ],
  numbers: [
    'Little’s law: 50 calls a second of 100 ms hold 5 places on average; at 3 s they hold 150 [Little, Operations Research 9(3), 1961]',
    'An application of 8 shards in which each customer uses 2 has 28 combinations: one poisonous customer then hits 1/28 of the others fully [Amazon Builders’ Library, Workload isolation using shuffle-sharding]',
  ],
  siblings: [
    'connection-pooling',
    'load-shedding',
    'circuit-breaker',
    'tenancy-isolation',
    'connection-pool-exhaustion',
  ],
  covers: ['bulkhead'],
}
