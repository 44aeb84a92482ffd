/** Identifier longer than 63 bytes. */
import type { Validation } from '../entry.js'

export const identifierTooLong: Validation = {
  kind: 'validation',
  id: 'identifier-too-long',
  title: 'Identifier longer than 63 bytes',
  severity: 'low',
  why: 'Postgres cuts longer names off with a notice that nobody reads. Two indexes whose long names begin alike become one name: the second fails, or `if not exists` takes it for present and it is never built. A tool that looks for the name it gave does not find it again.',
  looksFor:
    'Names of tables, columns, indexes, constraints, sequences, triggers, functions, roles, prepared statements and aliases over 63 bytes (not letters), also those that ORMs compose from table and columns; names that are equal in their first 63 bytes; quoted names with capitals or reserved words that must be quoted for ever.',
  sparesFor: [
    'Names that a tool shortens itself with a hash, as TypeORM and newer Prisma do.',
    'Servers built with another NAMEDATALEN, said so.',
  ],
  fix: 'Give long indexes and constraints a short name by hand (`@@index([…], map: "orders_open_idx")`, `index(\'…\')`). Check lengths in CI.',
  numbers: [
    'NAMEDATALEN is 64, so that 63 bytes remain [PostgreSQL manual, Lexical Structure: Identifiers].',
  ],
  siblings: ['script-not-idempotent', 'index-without-concurrently', 'unique-under-lock'],
  covers: ['identifiers too long'],
  wrong: {
    language: 'sql',
    stack: 'SQL',
    text: `create index if not exists customer_subscription_renewals_organisation_id_renewal_date_status_idx
  on customer_subscription_renewals (organisation_id, renewal_date, status);
create index if not exists customer_subscription_renewals_organisation_id_renewal_date_status_paid_idx
  on customer_subscription_renewals (organisation_id, renewal_date) where status = 'paid';`,
  },
  right: {
    language: 'sql',
    stack: 'SQL',
    text: `create index concurrently if not exists renewals_due_idx
  on customer_subscription_renewals (organisation_id, renewal_date, status);
create index concurrently if not exists renewals_paid_idx
  on customer_subscription_renewals (organisation_id, renewal_date) where status = 'paid';`,
  },
  executedBy: 'by-hand',
}
