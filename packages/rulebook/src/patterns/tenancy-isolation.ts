import type { Pattern } from '../entry.js'

export const tenancyIsolation: Pattern = {
  kind: 'pattern',
  id: 'tenancy-isolation',
  title: 'Tenancy isolation',
  why: 'One forgotten `where tenant_id = …` shows a customer the invoices of another, and that mail is read by lawyers. With forty tables and a new query each day forgetting is certain, so isolation must hold without anybody remembering it: in the key, in the database, in the tests. The quieter half is load: one tenant’s import must not be everybody’s slow morning.',
  when: 'As soon as two customers share a database. Shared tables with a tenant column scale to many small tenants; a schema each makes migrations slow from hundreds on; a database each is for few, large or regulated ones. Mixed forms are normal: shared by default, a database of their own for the largest.',
  steps: [
    'Take the tenant from the verified identity, never from a header, path or body that the caller chooses.',
    'Put tenant_id first in primary keys, unique constraints, foreign keys and indexes: a row cannot refer across.',
    'Row-level security as the second net: `force`, a policy on `current_setting`, set locally in each transaction; the application’s role owns nothing.',
    'Everything that is derived carries the tenant: cache keys, queues, files, search indexes, logs.',
    'Limit each tenant: rate, concurrency, size of queries, share of workers.',
    'Test by enumeration: two tenants, every operation, ids of the other; expect 404 and no row.',
    'Prepare export, move and deletion of one tenant; all three come.',
  ],
  withKeelson: {
    language: 'ts',
    stack:
      'Keelson as it is: the tenant belongs to the caller and stands in every key; groupKey keeps tenants out of each other’s transactions',
    text: `import { pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import {
  app,
  command,
  KeelsonError,
  module,
  pageInput,
  pageOf,
  query,
  rowSchema,
  signedIn,
  type Actor,
} from 'keelson'
import { z } from 'zod'

declare module 'keelson' {
  interface Actor {
    readonly tenant?: string
  }
}

export const invoices = pgTable(
  'invoices',
  { tenant: text().notNull(), id: uuid().notNull(), subject: text().notNull() },
  (t) => [primaryKey({ columns: [t.tenant, t.id] })],
)
const Invoice = rowSchema(invoices).omit({ tenant: true })

/** The only way to a tenant: from who is calling. */
const tenantOf = (actor: Actor): string => {
  if (actor.tenant === undefined) throw new KeelsonError('forbidden')
  return actor.tenant
}

/** The key holds the tenant: an id of somebody else is a 404, there is no second check to forget. */
export const getInvoice = query('invoices.get', {
  http: { get: '/invoices/:id' },
  input: z.object({ id: z.uuid() }),
  output: Invoice,
  allow: signedIn,
  run: ({ input: { id }, actor, db }) => db.require(invoices, { tenant: tenantOf(actor), id }),
})

export const listInvoices = query('invoices.list', {
  http: { get: '/invoices' },
  input: pageInput({}),
  output: pageOf(Invoice),
  allow: signedIn,
  run: ({ input, actor, db }) =>
    db.page(invoices, { where: { tenant: tenantOf(actor) }, orderBy: invoices.id, page: input }),
})

export const addInvoice = command('invoices.add', {
  http: { post: '/invoices', status: 201 },
  input: z.object({ subject: z.string().max(200) }),
  output: Invoice,
  allow: signedIn,
  run: ({ input, actor, tx, id }) => tx.insert(invoices, { tenant: tenantOf(actor), id: id(), ...input }),
})

export default app({
  name: 'tenants',
  modules: [module('invoices', { invoices, getInvoice, listInvoices, addInvoice })],
  auth: { groupKey: (actor) => actor?.tenant },
})`,
  },
  byHand: {
    language: 'ts',
    stack: 'pg with row-level security, forced, and a policy on the setting that each transaction makes',
    text: `import type { Pool, PoolClient } from 'pg'

const TENANT = /^[a-z0-9-]{1,40}$/

/**
 * All that runs for a tenant runs in here. The setting is local to the transaction, so that it cannot stay on a pooled
 * connection; where it is missing, \`current_setting\` fails and no row is shown.
 */
export async function asTenant<T>(
  pool: Pool,
  tenant: string,
  run: (client: PoolClient) => Promise<T>,
): Promise<T> {
  if (!TENANT.test(tenant)) throw new Error('That is no tenant.')
  const client = await pool.connect()
  try {
    await client.query('begin')
    await client.query("select set_config('app.tenant', $1, true)", [tenant])
    const result = await run(client)
    await client.query('commit')
    return result
  } catch (error) {
    await client.query('rollback')
    throw error
  } finally {
    client.release()
  }
}

export const invoice = (pool: Pool, tenant: string, id: string) =>
  asTenant(pool, tenant, async (client) => {
    // The index begins with the tenant; the condition is also what the policy says.
    const { rows } = await client.query('select id, subject from invoices where tenant = $1 and id = $2', [
      tenant,
      id,
    ])
    return rows[0] as { id: string; subject: string } | undefined
  })`,
  },
  mistakes: [
    '`set app.tenant` without `local`, behind a pooler: the next request is somebody else.',
    'Row-level security while the application connects as the table’s owner: it is not applied.',
    'A cache key `invoice:42`.',
    'Foreign keys by id alone, so that a row of one tenant refers to one of another.',
    'Administrators who bypass everything by the same code path as customers.',
  ],
  numbers: [
    'Superusers and roles with BYPASSRLS always pass by the policies, owners too unless FORCE is set [Postgres manual, 5.9]',
    'A schema for each of 5,000 tenants with 40 tables is 200,000 tables, and each migration runs 5,000 times [arithmetic]',
  ],
  siblings: ['least-privilege', 'bulkhead', 'partitioning', 'caching', 'leaky-abstraction'],
  covers: ['tenancy isolation'],
}
