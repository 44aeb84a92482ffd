/** Numeric ids exposed. */
import type { Validation } from '../entry.js'

export const numericIdsExposed: Validation = {
  kind: 'validation',
  id: 'numeric-ids-exposed',
  title: 'Numeric ids exposed',
  severity: 'low',
  why: 'Numbers in sequence tell strangers how many orders you have and how fast they grow, and they make every forgotten check of ownership a loop from one to a million. They do not merge either: two regions, an import or an offline client cannot make one without asking.',
  looksFor:
    '`serial`, identity or autoincrement keys in paths, answers, links of mails, file names and events that leave the system; parsers such as `ParseIntPipe` on ids of records that belong to somebody; UUIDs of version 1, or of version 7 where the time of creation is a secret.',
  sparesFor: [
    'Numbers inside only, with a public id beside them.',
    'Reference data without owners: countries, categories.',
    'Invoice numbers, which the law wants in sequence, shown beside an id.',
    'Encoded ids as decoration where ownership is checked; they are no protection.',
  ],
  fix: 'UUID (version 7 for locality, 4 where time must not show) as key or as a public column with a unique index; look up by both owner and id. An unguessable id is no substitute for the check.',
  numbers: [
    'A UUID takes 16 bytes, bigint 8; version 7 begins with 48 bits of milliseconds, so that it inserts at the end of the index [RFC 9562, section 5.7].',
  ],
  siblings: ['authorisation-missing-among-siblings', 'primary-key-overflow', 'int-keys', 'volatile-default'],
  covers: [],
  wrong: {
    language: 'ts',
    stack: 'NestJS and Drizzle',
    text: `@Get('invoices/:id')
show(@Param('id', ParseIntPipe) id: number) {
  return this.db.select().from(invoices).where(eq(invoices.id, id))
}`,
  },
  right: {
    language: 'ts',
    stack: 'NestJS and Drizzle',
    text: `@Get('invoices/:id')
async show(@Param('id', ParseUUIDPipe) id: string, @Actor() { customerId }: Signed) {
  const [invoice] = await this.db
    .select({ id: invoices.publicId, number: invoices.number, total: invoices.total })
    .from(invoices)
    .where(and(eq(invoices.publicId, id), eq(invoices.customerId, customerId)))
  if (!invoice) throw new NotFoundException()
  return invoice
}`,
  },
  executedBy: 'by-hand',
}
