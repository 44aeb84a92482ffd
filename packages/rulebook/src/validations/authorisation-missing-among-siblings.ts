/** Operation without the authorisation that its siblings have. */
import type { Validation } from '../entry.js'

export const authorisationMissingAmongSiblings: Validation = {
  kind: 'validation',
  id: 'authorisation-missing-among-siblings',
  title: 'Operation without the authorisation that its siblings have',
  severity: 'critical',
  why: 'Signed in is not allowed. The route that forgets to compare the owner works perfectly for the owner, so no test of the happy path finds it; anybody else only has to change the id. It is the most frequent serious fault of APIs, and it shows by comparison: nine handlers of a controller ask, the tenth does not.',
  looksFor:
    'Within a router, controller or resolver: an operation without the guard, middleware or ownership condition that most of its siblings have; a record read or written by an id from the request with no condition on owner, tenant or role in the query or after it; list queries without the tenant; nested routes that check the parent and load the child by its own id; batch and export variants, GraphQL fields, sockets and old versions of a guarded route; routes registered before the hook that guards.',
  sparesFor: [
    'Operations that say so: `@Public()`, `allow: anyone`, `config: { public: true }`, with reason: sign-in, health, catalogue, web-hooks with a signature.',
    'Global guards, hooks and row-level security that cover it.',
    'Ids taken from the session instead of the request.',
    'Data that is the same for all.',
  ],
  fix: 'Deny by default: a global guard, with public routes marked. Put the owner or tenant into the where clause of every read and write, best by a repository that demands it, with row-level security behind. Test each operation as a stranger; expect 404.',
  numbers: [
    'API1:2023 and API5:2023 are broken object level and function level authorisation [OWASP API Security Top 10 2023].',
  ],
  siblings: [
    'tenancy-isolation',
    'least-privilege',
    'mass-assignment',
    'incomplete-contract',
    'numeric-ids-exposed',
  ],
  covers: ['authorisation missing on an operation whose siblings have it'],
  wrong: {
    language: 'ts',
    stack: 'Express 5 and Drizzle',
    text: `orders.get('/:id', signedIn, ownsOrder, show)
orders.patch('/:id', signedIn, ownsOrder, change)
orders.get('/:id/invoice', signedIn, async (req, res) => {
  const [invoice] = await db.select().from(invoices).where(eq(invoices.orderId, req.params.id))
  res.json(invoice)
})`,
  },
  right: {
    language: 'ts',
    stack: 'Express 5 and Drizzle',
    text: `orders.use(signedIn)
orders.param('id', ownsOrder)
orders.get('/:id/invoice', async (req, res) => {
  const [invoice] = await db
    .select({ number: invoices.number, total: invoices.total })
    .from(invoices)
    .innerJoin(ordersTable, eq(ordersTable.id, invoices.orderId))
    .where(and(eq(ordersTable.id, req.params.id), eq(ordersTable.customerId, req.user.id)))
  if (!invoice) throw new NotFound()
  res.json(invoice)
})`,
  },
  executedBy: 'by-hand',
}
