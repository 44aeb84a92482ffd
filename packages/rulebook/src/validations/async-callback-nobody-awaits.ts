/** Async callback that nobody awaits. */
import type { Validation } from '../entry.js'

export const asyncCallbackNobodyAwaits: Validation = {
  kind: 'validation',
  id: 'async-callback-nobody-awaits',
  title: 'Async callback that nobody awaits',
  severity: 'high',
  why: '`forEach`, event emitters, timers and many callbacks throw away what the function returns. An async function given to them starts, runs beside everything, and its failure ends the process; the line after the loop runs before the first turn has finished.',
  looksFor:
    "An `async` function as argument of `forEach`, `some`, `filter`, `find`, `sort`, `reduce` without awaiting the accumulator, `setTimeout`, `setInterval`, `emitter.on`, `stream.on('data')`, `new Promise(async …)`, `process.on`, callbacks of libraries typed to return void, React-like hooks of servers (`onClose`) that do not await.",
  sparesFor: [
    'Receivers that await: `Promise.all(list.map(async …))`, `for await`, Fastify hooks, `pMap`, queue workers, node:test.',
    'A body that catches everything itself.',
    'An emitter with `captureRejections`.',
  ],
  fix: "`for … of` with await, or `Promise.all` with bounded concurrency. For emitters call a function that catches: `on('message', (m) => void handle(m).catch(report))`. For intervals a loop that awaits and then waits, which cannot overlap itself.",
  numbers: [
    '`filter` with an async predicate keeps 100 % of the elements, since a promise is truthy [ECMAScript, Array.prototype.filter].',
  ],
  siblings: ['floating-promise', 'lost-promise', 'async-handler-without-error-path', 'fire-and-forget-work'],
  covers: ['async callback where nobody awaits'],
  wrong: {
    language: 'ts',
    stack: 'Any framework',
    text: `orders.forEach(async (order) => {
  await ship(order)
})
setInterval(async () => await expireSessions(), 60_000)`,
  },
  right: {
    language: 'ts',
    stack: 'Any framework',
    text: `for (const order of orders) await ship(order)

async function expireForever(signal: AbortSignal) {
  while (!signal.aborted) {
    await expireSessions().catch(report)
    await setTimeout(60_000, undefined, { signal }).catch(() => undefined)
  }
}`,
  },
  executedBy: 'by-hand',
}
