/** Unbounded read. */
import type { Validation } from '../entry.js'

export const unboundedRead: Validation = {
  kind: 'validation',
  id: 'unbounded-read',
  title: 'Unbounded read',
  severity: 'high',
  why: 'A list without a limit works in every test and grows with the business. One day a single request reads a million rows: the driver buffers them all, the garbage collector takes over, the process dies, and the client tries again on the next process. The request that does it is perfectly ordinary.',
  looksFor:
    'On a path that serves requests (a handler and what it calls), a read of many rows of a table that grows with use, with no bound: `findMany`, `find`, `select` or SQL without `take`, `limit` or `fetch first`, without an equality on a unique key, and without an aggregate; also a bound that the client sets without a ceiling (`limit: Number(req.query.limit)`), and `include` of a to-many relation without its own `take`.',
  sparesFor: [
    'A `where` on the primary key or a unique column, also as a list of keys whose length is bounded.',
    '`count`, `sum`, `exists`, and `group by` over a column of few values.',
    'Tables that are small by nature: countries, plans, roles, feature flags, settings.',
    'Streams and cursors read in batches, exports and jobs outside the request path that go by key.',
    'Rows of one bounded owner (lines of an order), where an insert path enforces the bound.',
    'Migrations, seeds, scripts, tests.',
  ],
  fix: 'Give each list a limit with a ceiling that the server sets, continue by cursor over an indexed, total order, and select only the columns that are shown. For exports stream through a server-side cursor. Set `statement_timeout` for the role of the service as a last bound.',
  numbers: [
    'A string of V8 cannot exceed 536,870,888 characters on 64 bits: a larger JSON answer throws [Node documentation, buffer.constants.MAX_STRING_LENGTH].',
    'Page sizes: choose a default and a ceiling; values above are cut down to it, as AIP-158 says, not refused [google.aip.dev/158].',
  ],
  siblings: [
    'unbounded-query',
    'cursor-pagination',
    'offset-on-growing-table',
    'list-without-pagination',
    'unbounded-cache-or-array',
    'select-star',
  ],
  covers: [],
  wrong: {
    language: 'ts',
    stack: 'NestJS and TypeORM',
    text: `@Get()
list(@Query('customer') customer: string) {
  return this.orders.find({ where: { customerId: customer }, relations: { lines: true } })
}`,
  },
  right: {
    language: 'ts',
    stack: 'NestJS and TypeORM',
    text: `@Get()
async list(@Query() { customer, after, limit = 20 }: ListOrders) {
  const rows = await this.orders.find({
    select: { id: true, total: true, placedAt: true },
    where: { customerId: customer, ...(after && { id: LessThan(after) }) },
    order: { id: 'DESC' },
    take: Math.min(limit, 100),
  })
  return { rows, next: rows.at(-1)?.id ?? null }
}`,
  },
  executedBy: 'rule',
}
