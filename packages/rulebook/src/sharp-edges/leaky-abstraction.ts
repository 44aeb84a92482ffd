/** Leaky abstraction. */
import type { SharpEdge } from '../entry.js'

export const leakyAbstraction: SharpEdge = {
  kind: 'sharp-edge',
  id: 'leaky-abstraction',
  title: 'Leaky abstraction',
  severity: 'medium',
  why: 'A layer that hides the database, the queue or the other service lets its nature through anyway: as an exception of the driver in the handler, a lazy relation that queries while JSON is made, a "repository" that takes a where clause. Callers depend on what they were not to know, and the layer costs without protecting.',
  symptoms: [
    'Changing the ORM means changing every handler',
    'P2002 or 23505 is caught in the controller',
    'Serialising an entity sends queries',
    'Column names of the database are in the public API',
    'Renaming a column broke a client',
    'Users see error messages of the database',
  ],
  mechanism:
    'Types of the ORM travel to the edge and become the contract. Errors are distinguished by text or code of the driver, five layers up. Cost is invisible: `order.customer` looks like a field and is a round trip. Transactions cannot pass through an interface that hides connections, so someone adds a parameter `tx?: any`. In the end it is the union of all its callers’ needs.',
  confirm: [
    '`grep -rlE "from \'(pg|@prisma/client|typeorm|knex)\'" src` outside of the data layer.',
    'Compare a response with the columns of its table: the same names, internal fields included.',
    'Count statements while an answer is serialised: above 0 is a lazy relation.',
    'Would the interface be the same for another store? If not, it is a pass-through, which is honest when it says so.',
  ],
  wayOut: [
    'Stop the bleeding: map errors at one place to codes of your own, with a general 500; list response fields explicitly.',
    'Cut by the domain’s questions (`reserve`, `openOrdersOf`), not by the store’s (`find(where)`).',
    'Return plain values, loaded in whole; no entity leaves the transaction.',
    'Make cost visible: what does I/O is async and named by a verb, and takes lists.',
    'Pass the transaction on purpose, as a typed value.',
    'Keelson does not hide Postgres or Drizzle: tables are Drizzle’s, `tx` has the cost model in the guide, errors have stable codes, and outputs are declared.',
  ],
  numbers: [
    'All non-trivial abstractions leak, to some degree: law number 1 [Joel Spolsky, The Law of Leaky Abstractions, 2002].',
  ],
  siblings: ['god-service', 'scattered-validation', 'n-plus-one-queries'],
  covers: ['leaky abstraction'],
  wrong: {
    language: 'ts',
    stack: 'Express 5 and Prisma',
    text: `app.post('/users', async (request, response) => {
  try {
    response.json(await prisma.user.create({ data: request.body as Prisma.UserCreateInput }))
  } catch (error) {
    if ((error as { code?: string }).code === 'P2002') response.status(409).json({ message: String(error) })
    else throw error
  }
})`,
  },
  right: {
    language: 'ts',
    stack: 'Express 5 and Prisma',
    text: `app.post('/users', async (request, response) => {
  const outcome = await users.register(RegisterInput.parse(request.body))
  if (outcome === 'taken') response.status(409).json({ code: 'email_taken' })
  else response.status(201).json({ id: outcome.id, email: outcome.email })
})
// P2002 is known in users.ts alone; the hash of the password never leaves it.`,
  },
}
