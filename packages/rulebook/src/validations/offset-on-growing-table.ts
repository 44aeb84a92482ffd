/** Offset pagination on a growing table. */
import type { Validation } from '../entry.js'

export const offsetOnGrowingTable: Validation = {
  kind: 'validation',
  id: 'offset-on-growing-table',
  title: 'Offset pagination on a growing table',
  severity: 'medium',
  why: 'Page two thousand reads and throws away a hundred thousand rows, and each insert at the front shifts all later pages by one: clients skip rows or see them twice. A crawler that walks the pages does quadratic work in your database.',
  looksFor:
    '`offset`, `skip`, `page * size` with a value from the request, over a table that grows, without a ceiling on the depth; a total by `count(*)` on each page; jobs and exports that walk a table by offset; an order that is not total (`order by created_at` alone).',
  sparesFor: [
    'Small or bounded sets, and depth capped by the server (the first 1,000 rows).',
    'Search engines with their own windows.',
    'Lists for administrators in which jumping to a page is the point, with a cap.',
  ],
  fix: 'Continue after the last row: `where (created_at, id) < ($1, $2) order by created_at desc, id desc limit n`, an index in that order, an opaque cursor. Leave the total out, or estimate it.',
  numbers: [
    'Rows skipped by OFFSET are computed all the same: OFFSET 100000 LIMIT 20 reads 100,020 [PostgreSQL manual, LIMIT and OFFSET].',
  ],
  siblings: [
    'cursor-pagination',
    'offset-pagination-under-writes',
    'list-without-pagination',
    'unbounded-read',
  ],
  covers: ['offset pagination on growing tables'],
  wrong: {
    language: 'ts',
    stack: 'NestJS and TypeORM',
    text: `@Get('events')
events(@Query('page', ParseIntPipe) page: number) {
  return this.repository.findAndCount({ order: { createdAt: 'DESC' }, skip: page * 50, take: 50 })
}`,
  },
  right: {
    language: 'ts',
    stack: 'NestJS and TypeORM',
    text: `@Get('events')
events(@Query() { after }: EventsQuery) {
  const query = this.repository.createQueryBuilder('e')
  query.orderBy('e.createdAt', 'DESC').addOrderBy('e.id', 'DESC')
  if (after) query.where('(e.createdAt, e.id) < (:at, :id)', decodeCursor(after))
  return query.take(50).getMany()
}`,
  },
  executedBy: 'by-hand',
}
