/** Floating promise. */
import type { Validation } from '../entry.js'

export const floatingPromise: Validation = {
  kind: 'validation',
  id: 'floating-promise',
  title: 'Floating promise',
  severity: 'high',
  why: 'A promise that nobody awaits runs outside of everything that makes a request safe: its failure is answered to no one and may end the process, it goes on after the transaction was committed or the connection released, and a deploy cuts it off in the middle. The code reads as if the work were done when the answer leaves.',
  looksFor:
    'A call that yields a promise (known from the library, from the declared type, or because the function is async) as a statement, in a comma or logical expression, or assigned to a name that is never read, without `await`, `return`, `.catch`, `.then` with two functions, or a collection that is awaited later. Most severe inside a transaction callback and where the call writes.',
  sparesFor: [
    '`void` before a call whose function catches everything itself.',
    'Promises kept and awaited later (`Promise.all`, `allSettled`, a set that the shutdown drains), also when they are created before other awaits but have a handler by then.',
    'Calls ended by `.catch(report)`, and an async function at top level that ends with one.',
    'Returned promises, also from an arrow without braces.',
    'Synchronous methods of the same name (`map.delete`, `res.send`, `reply.header`), query builders that only run when awaited and are composed further, and the reply of Fastify.',
  ],
  fix: 'Await it where its result or failure matters to the answer. Work that may come later goes into a durable queue. What really may be lost is started with `void run().catch(report)`, bounded in number and drained on shutdown. Let `no-floating-promises` of typescript-eslint or oxlint keep it so.',
  numbers: [
    '2 of the checks that need types find most of it: no-floating-promises and no-misused-promises [typescript-eslint documentation].',
    "An `unhandledRejection` is raised once the microtask queue is drained, not after some time: 0 ms to attach a handler [Node documentation, Event: 'unhandledRejection'].",
  ],
  siblings: [
    'lost-promise',
    'async-callback-nobody-awaits',
    'fire-and-forget-work',
    'async-handler-without-error-path',
    'promise-never-settled',
  ],
  covers: [],
  wrong: {
    language: 'ts',
    stack: 'NestJS and TypeORM',
    text: `async close(id: string) {
  await this.dataSource.transaction(async (manager) => {
    manager.update(Ticket, { id }, { status: 'closed' })
    manager.insert(History, { ticketId: id, what: 'closed' })
  })
  this.mailer.sendMail({ to: this.owner(id), subject: 'Closed' })
}`,
  },
  right: {
    language: 'ts',
    stack: 'NestJS and TypeORM',
    text: `async close(id: string) {
  await this.dataSource.transaction(async (manager) => {
    await manager.update(Ticket, { id }, { status: 'closed' })
    await manager.insert(History, { ticketId: id, what: 'closed' })
    await this.jobs.enqueue(manager, 'ticket-closed-mail', { id })
  })
}`,
  },
  executedBy: 'rule',
}
