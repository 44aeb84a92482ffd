/** Counters, in two versions: the second knows one column more and one command more. */
import { anyone, command, module, query, type Module } from 'keelson'
import { integer, pgTable, text, uuid } from 'drizzle-orm/pg-core'
import { z } from 'zod'

const increments = pgTable('increments', {
  id: uuid().primaryKey(),
  token: text().notNull(),
  counter: text().notNull(),
  amount: integer().notNull(),
})
const countersOld = pgTable('counters', { id: text().primaryKey(), value: integer().notNull() })
const countersNew = pgTable('counters', {
  id: text().primaryKey(),
  value: integer().notNull(),
  note: text(),
})

const input = z.object({ token: z.string(), counter: z.string(), amount: z.int() })

const operationsOf = (counters: typeof countersOld) => ({
  add: command('counters.add', {
    http: { post: '/counters.add' },
    input,
    allow: anyone,
    run({ input: { token, counter, amount }, tx, id }) {
      tx.increment(counters, counter, { value: amount })
      tx.insert(increments, { id: id(), token, counter, amount })
    },
  }),
  /** The same, and what the counter is then. */
  addAndRead: command('counters.addAndRead', {
    http: { post: '/counters.addAndRead' },
    input,
    output: z.object({ value: z.int() }),
    allow: anyone,
    async run({ input: { token, counter, amount }, tx, id }) {
      tx.increment(counters, counter, { value: amount })
      tx.insert(increments, { id: id(), token, counter, amount })
      return { value: (await tx.require(counters, counter)).value }
    },
  }),
  addBySql: command('counters.addBySql', {
    http: { post: '/counters.addBySql' },
    input,
    allow: anyone,
    async run({ input: { token, counter, amount }, tx, id }) {
      await tx.sql`update counters set value = value + ${amount} where id = ${counter}`
      tx.insert(increments, { id: id(), token, counter, amount })
    },
  }),
  look: query('look.counters', {
    http: { get: '/look.counters' },
    input: z.object({}),
    output: z.object({ counters: z.array(z.object({ id: z.string(), value: z.int() })) }),
    allow: anyone,
    run: async ({ db }) => ({
      counters: (await db.list(counters)).map(({ id, value }) => ({ id, value })),
    }),
  }),
})

const annotateOf = () =>
  command('counters.annotate', {
    http: { post: '/counters.annotate' },
    input: z.object({ token: z.string(), counter: z.string() }),
    allow: anyone,
    async run({ input: { token, counter }, tx, id }) {
      await tx.require(countersNew, counter)
      tx.update(countersNew, counter, { note: token })
      tx.insert(increments, { id: id(), token, counter, amount: 0 })
    },
  })

/** To be called once for each version: operations belong to one application. */
export function countersModule(version: 1 | 2): Module {
  if (version === 1)
    return module('counters', { increments, counters: countersOld, ...operationsOf(countersOld) })
  return module('counters', {
    increments,
    counters: countersNew,
    ...operationsOf(countersNew),
    annotate: annotateOf(),
  })
}
