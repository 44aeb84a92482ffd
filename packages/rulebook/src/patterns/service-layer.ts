import type { Pattern } from '../entry.js'

export const serviceLayer: Pattern = {
  kind: 'pattern',
  id: 'service-layer',
  title: 'Service layer',
  why: 'A rule that lives in a route is enforced for those who come by that route. The queue consumer, the nightly import and the admin script come by others, and sell the stock that the route would have refused. One function for each use case, which knows neither HTTP nor the queue, holds rule, transaction and authorisation for all of them.',
  when: 'From the second entry point on (HTTP and a job is enough), or as soon as a use case writes to two tables. A read that passes columns through needs no service; neither does CRUD without a rule, until it has one.',
  steps: [
    'One function for each use case, named by the verb of the business: `placeOrder`, not `OrderService.update`.',
    'Its input is a validated value and the caller’s identity; its output a value or a named refusal. No request, no response, no status codes.',
    'It owns the transaction: begin at its start, commit at its end, nothing of the network between.',
    'It authorises: whoever calls it has been asked, whichever way they came.',
    'Clock, ids and randomness come in as parameters, so that tests can hold them.',
    'Transports translate: HTTP maps refusals to problem documents, the consumer maps them to “drop” or “retry”.',
  ],
  withKeelson: {
    language: 'ts',
    stack: 'Keelson: a command is the service, HTTP and jobs are two doors to it',
    text: `import { integer, pgTable, text } from 'drizzle-orm/pg-core'
import { anyone, command, conflict, job, scope } from 'keelson'
import { z } from 'zod'

export const accounts = pgTable('accounts', {
  id: text().primaryKey(),
  balance: integer().notNull(),
})

const Transfer = z.object({ from: z.string(), to: z.string(), cents: z.int().positive() })

/** The rule, once. Without a route: for other commands and for jobs. */
export const transfer = command('accounts.transfer', {
  input: Transfer,
  allow: anyone,
  errors: { insufficient: conflict('The balance does not suffice.') },
  async run({ input: { from, to, cents }, tx, fail }) {
    const source = await tx.require(accounts, from)
    if (source.balance < cents) fail.insufficient()
    tx.increment(accounts, from, { balance: -cents })
    tx.increment(accounts, to, { balance: cents })
  },
})

/** By HTTP: who may is said here, what happens is not said again. */
export const transferByClerk = command('accounts.transferByClerk', {
  http: { post: '/transfers' },
  idempotency: 'required',
  input: Transfer,
  allow: scope('accounts:transfer'),
  run: ({ input, tx }) => tx.call(transfer, input),
})

/** By a standing order: the same rule at night. */
export const standingOrder = job('accounts.standingOrder', {
  input: Transfer,
  async run({ input, execute }) {
    await execute(transfer, input)
  },
})`,
  },
  byHand: {
    language: 'ts',
    stack: 'Express 5 and pg',
    text: `import express, { type Request } from 'express'
import { Pool } from 'pg'
import { z } from 'zod'

const Transfer = z.object({ from: z.string(), to: z.string(), cents: z.int().positive() })
type Outcome = 'done' | 'insufficient'

/** Knows nothing of HTTP; the importer and the queue call it as well. */
export async function transfer(pool: Pool, { from, to, cents }: z.infer<typeof Transfer>): Promise<Outcome> {
  const client = await pool.connect()
  try {
    await client.query('begin')
    // Condition and change in one statement: no second transfer gets between them.
    const taken = await client.query(
      'update accounts set balance = balance - $2 where id = $1 and balance >= $2',
      [from, cents],
    )
    if (taken.rowCount === 0) {
      await client.query('rollback')
      return 'insufficient'
    }
    const given = await client.query('update accounts set balance = balance + $2 where id = $1', [to, cents])
    if (given.rowCount === 0) throw new Error('There is no such account.')
    await client.query('commit')
    return 'done'
  } catch (error) {
    await client.query('rollback')
    throw error
  } finally {
    client.release()
  }
}

export function routes(pool: Pool, mayTransfer: (request: Request) => Promise<boolean>) {
  const app = express().use(express.json({ limit: '16kb' }))
  app.post('/transfers', async (request, response) => {
    if (!(await mayTransfer(request))) return void response.sendStatus(403)
    const input = Transfer.safeParse(request.body)
    if (!input.success) return void response.status(400).json({ code: 'invalid_input' })
    const outcome = await transfer(pool, input.data)
    if (outcome === 'done') return void response.sendStatus(204)
    response.status(409).json({ code: outcome })
  })
  return app
}`,
  },
  mistakes: [
    'Passing `req` and `res` in “for convenience”; from then on only HTTP can call it.',
    'Services that call services that each commit: half a use case remains after a crash.',
    'A class named after a noun that collects every verb of it: 3,000 lines, forty dependencies, no owner.',
    'Authorising in the route alone, so that the job may do what the user may not.',
  ],
  numbers: [
    'Amdahl’s view of a lock: if a use case holds its row for 20 ms, that row allows at most 1000 / 20 = 50 uses a second, whatever the machine; so a service holds locks for statements only [arithmetic; Little, Operations Research 9(3), 1961]',
  ],
  siblings: ['repository', 'middleware', 'idempotency-key', 'god-service', 'scattered-validation'],
  covers: ['service layer'],
}
