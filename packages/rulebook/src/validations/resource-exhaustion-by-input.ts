/** Resource exhaustion by input. */
import type { Validation } from '../entry.js'

export const resourceExhaustionByInput: Validation = {
  kind: 'validation',
  id: 'resource-exhaustion-by-input',
  title: 'Resource exhaustion by input',
  severity: 'high',
  why: 'A number from a client that becomes a size, a count of turns, a delay or a degree of concurrency lets one cheap request cost what it likes: a gigabyte of buffer, an hour of loop, ten thousand outgoing calls. Rate limits count requests and do not see it.',
  looksFor:
    "A number or length from input, without a ceiling, in `Buffer.alloc`, `new Array(n)`, `'x'.repeat(n)`, `for` bounds, `setTimeout`, `range`, image dimensions, hash costs, page sizes, `Promise.all` over an array from the body, depth of a GraphQL query or of nested filters, expansion of compressed input, a date range that is walked day by day.",
  sparesFor: [
    'Schemas with `max`, `maxItems`, `maxLength`, `maximum` on the value.',
    '`Math.min(n, MAX)` before use.',
    'Work that goes through a queue with a quota a caller.',
    'Streams with a byte limit, GraphQL with depth and cost limits.',
  ],
  fix: 'Give each number, array and string a maximum in the schema, chosen by what one request may cost. Bound concurrency by a constant. Limit GraphQL by depth, aliases and cost. Set a deadline for the request that the work looks at.',
  numbers: [
    'API4:2023 is unrestricted resource consumption [OWASP API Security Top 10 2023].',
    'A delay above 2,147,483,647 ms, or NaN, is set to 1 ms by setTimeout [Node documentation, Timers].',
  ],
  siblings: [
    'missing-request-limits',
    'unbounded-read',
    'regular-expression-from-input',
    'cpu-heavy-work-on-request-path',
    'load-shedding',
  ],
  covers: [],
  wrong: {
    language: 'ts',
    stack: 'Hono',
    text: `app.post('/thumbnails', async (c) => {
  const { width, urls } = await c.req.json()
  return c.json(await Promise.all(urls.map((url: string) => resize(url, width))))
})`,
  },
  right: {
    language: 'ts',
    stack: 'Hono',
    text: `const Thumbnails = z.strictObject({
  width: z.int().min(16).max(2000),
  ids: z.array(z.uuid()).min(1).max(20),
})

app.post('/thumbnails', bodyLimit({ maxSize: 10_000 }), zValidator('json', Thumbnails), async (c) => {
  const { width, ids } = c.req.valid('json')
  return c.json(await pMap(ids, (id) => resize(id, width), { concurrency: 4 }))
})`,
  },
  executedBy: 'by-hand',
}
