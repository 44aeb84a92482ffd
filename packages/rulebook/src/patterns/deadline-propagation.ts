import type { Pattern } from '../entry.js'

export const deadlinePropagation: Pattern = {
  kind: 'pattern',
  id: 'deadline-propagation',
  title: 'Deadline propagation',
  why: 'The browser gave up after ten seconds, the gateway after five; behind them three services and a database are still working on an answer that nobody will read. In an overload most of the work is of that kind, and it is why the overload does not end. A deadline that travels with the request lets everyone stop, or not begin.',
  when: 'For every call that is made on behalf of someone who waits. Background work has a limit of its own for each attempt instead. A write that was begun and whose outcome must be known is finished, not cut off, or it must be repeatable.',
  steps: [
    'Set the deadline at the edge: one number for each kind of request, from what its caller will wait.',
    'Make it one AbortSignal, joined with “the client hung up”, and hand it to all that waits: fetch, queries, pools, pauses.',
    'Send the time that is left, not a moment: clocks differ. Take off some milliseconds for the way.',
    'Check it before dear steps; when less is left than the step usually takes, fail at once with 504.',
    'Give the database its share: `statement_timeout` below the deadline, since aborting a promise does not end a query.',
    'Retries live within it: the next pause plus a usual attempt must fit.',
  ],
  withKeelson: {
    language: 'ts',
    stack: 'Keelson: `timeoutMs` of an operation; `signal` ends with it and with the caller',
    text: `import { integer, pgTable, text } from 'drizzle-orm/pg-core'
import { pageInput, pageOf, query, rowSchema, scope, job } from 'keelson'
import { z } from 'zod'

export const books = pgTable('books', {
  isbn: text().primaryKey(),
  title: text().notNull(),
  year: integer().notNull(),
})

/** 504 after 800 ms: the gateway in front waits for a second. */
export const browse = query('books.browse', {
  http: { get: '/books' },
  timeoutMs: 800,
  input: pageInput({}),
  output: pageOf(rowSchema(books)),
  allow: scope('books:read'),
  run: ({ input, db }) => db.page(books, { orderBy: books.isbn, page: input }),
})

/** Of an attempt that has 20 s the cover service gets what is left, and learns how much that is. */
export const fetchCover = job('books.fetchCover', {
  input: z.object({ isbn: z.string() }),
  timeoutMs: 20_000,
  async run({ input, http, signal }) {
    const leftMs = 15_000
    const answer = await http('https://covers.example/' + encodeURIComponent(input.isbn), {
      headers: { 'Request-Timeout-Ms': String(leftMs) },
      signal: AbortSignal.any([signal, AbortSignal.timeout(leftMs)]),
    })
    if (!answer.ok) throw new Error('The cover service answered ' + answer.status)
  },
})`,
  },
  byHand: {
    language: 'ts',
    stack: 'Fastify and pg',
    text: `import fastify, { type FastifyRequest } from 'fastify'
import type { Pool } from 'pg'

export class Deadline {
  readonly signal: AbortSignal
  readonly #endsAt: number

  /** What the caller has left, less 20 ms for the way; \`mostMs\` where it says nothing. */
  constructor(request: FastifyRequest, mostMs: number) {
    const given = Number(request.headers['request-timeout-ms'])
    const leftMs = Math.min(mostMs, given > 20 ? given - 20 : mostMs)
    this.#endsAt = performance.now() + leftMs
    const gone = new AbortController()
    request.raw.once('close', () => gone.abort())
    this.signal = AbortSignal.any([gone.signal, AbortSignal.timeout(leftMs)])
  }

  get leftMs(): number {
    return Math.max(0, Math.floor(this.#endsAt - performance.now()))
  }
}

export function books(pool: Pool, pricesUrl: string) {
  const app = fastify()
  app.get('/books/priced', async (request, reply) => {
    const deadline = new Deadline(request, 800)
    const client = await pool.connect()
    let isbns: string[]
    try {
      await client.query('begin')
      // The query itself ends, not only our waiting for it.
      await client.query("select set_config('statement_timeout', $1, true)", [
        String(Math.max(1, deadline.leftMs)),
      ])
      const { rows } = await client.query<{ isbn: string }>('select isbn from books order by isbn limit 50')
      isbns = rows.map(({ isbn }) => isbn)
      await client.query('commit')
    } catch (error) {
      await client.query('rollback')
      throw error
    } finally {
      client.release()
    }
    if (deadline.leftMs < 100) return reply.code(504).send()
    const headers = { 'Request-Timeout-Ms': String(deadline.leftMs) }
    const prices = await fetch(pricesUrl + '?isbn=' + isbns.join(','), { headers, signal: deadline.signal })
    return prices.json()
  })
  return app
}`,
  },
  mistakes: [
    'The same timeout at every level: the inner one ends when the outer has already answered.',
    '`Promise.race` with a timer: the loser goes on, with its connection.',
    'A deadline as a moment in a header, read by a machine whose clock is two seconds ahead.',
    'No limit on fetch at all, because “it always answers”.',
  ],
  numbers: [
    'Node’s fetch waits 300 s for headers and again 300 s between parts of the body [undici documentation, Client: headersTimeout, bodyTimeout]',
    'statement_timeout is 0, without limit, by default [Postgres manual, 19.11]',
  ],
  siblings: ['retry-with-backoff', 'load-shedding', 'circuit-breaker', 'synchronous-chain-of-services'],
  covers: ['deadline propagation'],
}
