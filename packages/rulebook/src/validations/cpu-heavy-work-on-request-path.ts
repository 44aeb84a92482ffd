/** CPU-heavy work on the request path. */
import type { Validation } from '../entry.js'

export const cpuHeavyWorkOnRequestPath: Validation = {
  kind: 'validation',
  id: 'cpu-heavy-work-on-request-path',
  title: 'CPU-heavy work on the request path',
  severity: 'high',
  why: 'JavaScript that computes for half a second is half a second in which the process serves nobody. No call is named Sync, so that a search for blocking calls does not find it: it is a sort of a large array, a render, a comparison of all with all.',
  looksFor:
    'On a request path: loops over collections whose size comes from data or input with work per element, nested loops over such (`filter` within `map`, `includes` within `filter`), `JSON.parse` and `stringify` of megabytes, parsing of CSV, XML, Markdown or PDF, image work in pure JavaScript, diffing, server-side rendering of large pages, encryption of large buffers, spreads that copy an accumulator in `reduce`.',
  sparesFor: [
    'Bounded input of at most some thousand simple steps.',
    'Libraries that work on libuv’s threads (sharp) or in workers (Piscina).',
    'The same in a job of a worker process that serves no requests.',
    'Start-up.',
  ],
  fix: 'Reduce it first: a Map in place of a search, the database for sorting and grouping, a limit on input. What remains goes to a worker pool with a bound and a time-out, or to a job. Long loops yield with `await setImmediate()`. Alert on the delay of the event loop.',
  numbers: [
    '10,000 × 10,000 comparisons are 10^8 steps: a tenth of a second or more, in one request [measure: performance.eventLoopUtilization()].',
  ],
  siblings: [
    'event-loop-blocking',
    'blocking-work-on-request-path',
    'heavy-work-in-request',
    'regular-expression-from-input',
  ],
  covers: [],
  wrong: {
    language: 'ts',
    stack: 'Fastify 5',
    text: `app.post('/match', async ({ body }) => {
  const known = await allCustomers()
  return body.rows.map((row) => known.filter((one) => similarity(one.name, row.name) > 0.8))
})`,
  },
  right: {
    language: 'ts',
    stack: 'Fastify 5, Piscina and pg_trgm',
    text: `const matcher = new Piscina({ filename: matcherFile, maxThreads: 2, maxQueue: 50 })

app.post('/match', { schema: { body: Rows }, bodyLimit: 200_000 }, async ({ body, signal }) => {
  const { rows } = await pool.query(
    'select r.name as wanted, c.id, c.name from unnest($1::text[]) r(name) join customers c on c.name % r.name',
    [body.rows.map(({ name }) => name)],
  )
  return matcher.run(rows, { signal })
})`,
  },
  executedBy: 'by-hand',
}
