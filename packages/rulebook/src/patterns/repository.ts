import type { Pattern } from '../entry.js'

export const repository: Pattern = {
  kind: 'pattern',
  id: 'repository',
  title: 'Repository behind an interface',
  why: 'Where every handler writes its own SQL, a column cannot be renamed, a tenant filter cannot be proven and a slow query has forty authors. A repository gathers the access to one aggregate behind the questions that the domain asks, so that indexes, limits and locks are decided in one file. It pays only if its methods are those questions; a generic `findBy(filter)` moves the SQL without gathering anything.',
  when: 'Reach for it when two or more callers need the same aggregate, when rows need a filter that nobody may forget (tenant, deleted), or when a store is really going to be exchanged in tests or by migration. Leave it out for a single query used once, for reports (they are SQL and should look like it), and where the ORM’s client would be wrapped method by method.',
  steps: [
    'Name the aggregate: the rows that change together under one invariant, such as an order with its lines. One repository for each, none per table.',
    'Write the interface from its callers: `openOrdersOf(customer, page)`, `lockForPayment(id)`. Each method says its bound, its order and whether it locks.',
    'Take the transaction as a parameter. A repository that opens its own cannot take part in the unit of work of its caller.',
    'Return domain values, never lazy objects of the ORM: a relation that loads on access is a query in somebody’s loop.',
    'Turn violations of constraints into named results (`emailTaken`) here, by the name of the constraint, and nowhere else.',
    'Test it against a real Postgres. Test its callers with the interface; a mock of SQL proves nothing.',
  ],
  withKeelson: {
    language: 'ts',
    stack: 'Keelson, where `tx` and `db` are the port and functions are the repository',
    text: `import { desc } from 'drizzle-orm'
import { integer, pgTable, text, uuid } from 'drizzle-orm/pg-core'
import {
  command,
  conflict,
  pageInput,
  pageOf,
  query,
  rowSchema,
  signedIn,
  type PageInputOptions,
  type Reads,
} from 'keelson'
import { z } from 'zod'

export const orders = pgTable('orders', {
  id: uuid().primaryKey(),
  customerId: text().notNull(),
  status: text({ enum: ['open', 'paid'] }).notNull(),
  total: integer().notNull(),
})

/** The questions that the domain asks; \`Reads\` is what commands and queries have in common. */
const ownOrder = async (reads: Reads, customerId: string, id: string) => {
  const order = await reads.get(orders, id)
  return order?.customerId === customerId ? order : undefined
}
const openOrdersOf = (
  reads: Reads,
  customerId: string,
  page: { limit: number; cursor?: string | undefined },
) => reads.page(orders, { where: { customerId, status: 'open' }, orderBy: desc(orders.id), page })

const paging: PageInputOptions = { limitMax: 50 }

export const listOpen = query('orders.open', {
  http: { get: '/orders' },
  input: pageInput({}, paging),
  output: pageOf(rowSchema(orders)),
  allow: signedIn,
  run: ({ input, actor, db }) => openOrdersOf(db, actor.id, input),
})

export const pay = command('orders.pay', {
  http: { post: '/orders/:id/payment' },
  input: z.object({ id: z.uuid() }),
  allow: signedIn,
  errors: { notPayable: conflict('The order is not open.') },
  async run({ input, actor, tx, fail }) {
    const order = await ownOrder(tx, actor.id, input.id)
    if (order?.status !== 'open') return fail.notPayable()
    tx.update(orders, order.id, { status: 'paid' })
  },
})`,
  },
  byHand: {
    language: 'ts',
    stack: 'pg',
    text: `import type { Pool, PoolClient } from 'pg'

export interface Order {
  readonly id: string
  readonly customerId: string
  readonly status: 'open' | 'paid'
  readonly total: number
}

/** A pool for reads, a client for whatever belongs to the caller's transaction. */
type Connection = Pick<Pool, 'query'> | PoolClient

export interface Orders {
  /** At most 100, newest first, those after \`before\`. */
  openOf(on: Connection, customerId: string, before: string | null): Promise<Order[]>
  /** Locks the row until the caller's transaction ends. */
  lockForPayment(on: PoolClient, customerId: string, id: string): Promise<Order | undefined>
}

const COLUMNS = 'id, customer_id as "customerId", status, total'

export const orders: Orders = {
  async openOf(on, customerId, before) {
    const { rows } = await on.query<Order>(
      \`select \${COLUMNS} from orders
       where customer_id = $1 and status = 'open' and ($2::uuid is null or id < $2)
       order by id desc limit 100\`,
      [customerId, before],
    )
    return rows
  },
  async lockForPayment(on, customerId, id) {
    const { rows } = await on.query<Order>(
      \`select \${COLUMNS} from orders where id = $2 and customer_id = $1 for no key update\`,
      [customerId, id],
    )
    return rows[0]
  },
}`,
  },
  mistakes: [
    'One generic base class (`find`, `save`, `delete`) for all tables: every caller can ask anything, so nothing was gained.',
    'A repository that begins and commits by itself; two of them can then never take effect together.',
    'Returning a query builder for the caller to finish: the abstraction leaks and the index is anybody’s guess.',
    'Swallowing “not found” into null in one method and throwing in the next.',
  ],
  numbers: [
    'A lookup by primary key in a B-tree of 100 million rows reads 4 to 5 pages; the same row by a filter without index reads the table. Decide indexes beside the methods that need them [Postgres manual, chapter 11 and 64.1]',
  ],
  siblings: [
    'service-layer',
    'tenancy-isolation',
    'cursor-pagination',
    'leaky-abstraction',
    'n-plus-one-queries',
  ],
  covers: ['repository behind an interface'],
}
