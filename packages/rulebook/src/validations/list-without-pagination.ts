/** List operation without pagination in its contract. */
import type { Validation } from '../entry.js'

export const listWithoutPagination: Validation = {
  kind: 'validation',
  id: 'list-without-pagination',
  title: 'List operation without pagination in its contract',
  severity: 'medium',
  why: 'An array as answer leaves no room: the day it must be paged, every client breaks, since there is no place for a cursor and those who read all now read the first page without noticing. Paging is a matter of the contract, to be there before the first client.',
  looksFor:
    'Operations that answer a collection which can grow, as a bare array at top level, or without `limit` and cursor in parameters and answer; a documented limit without maximum or default; lists nested in an object without an operation of their own; exports as one JSON document.',
  sparesFor: [
    'Collections that are small by definition and documented so: countries, roles, a user’s addresses with a maximum.',
    'Streams (NDJSON, SSE) and exports as a job with a file.',
    'GraphQL connections.',
  ],
  fix: 'An object with `items` and `next` (null at the end), `limit` with default and maximum, an opaque cursor in the query. For existing arrays: a Link header with a default limit announced ahead, or a new version.',
  numbers: [
    'AIP-158 asks for pagination from the start, as adding it later breaks clients: page_token stays valid for about 3 days [google.aip.dev/158].',
  ],
  siblings: ['cursor-pagination', 'unbounded-read', 'offset-on-growing-table', 'breaking-api-change'],
  covers: ['missing pagination'],
  wrong: {
    language: 'ts',
    stack: 'Hono',
    text: `app.get('/customers/:id/orders', async (c) => c.json(await ordersOf(c.req.param('id'))))
// [ { "id": … }, … ]`,
  },
  right: {
    language: 'ts',
    stack: 'Hono',
    text: `const Page = z.object({
  limit: z.coerce.number().int().min(1).max(100).default(20),
  after: z.string().max(200).optional(),
})

app.get('/customers/:id/orders', zValidator('query', Page), async (c) => {
  const { items, next } = await ordersOf(c.req.param('id'), c.req.valid('query'))
  return c.json({ items, next })
})`,
  },
  executedBy: 'by-hand',
}
