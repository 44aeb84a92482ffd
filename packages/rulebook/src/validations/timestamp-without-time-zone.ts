/** Timestamp without time zone. */
import type { Validation } from '../entry.js'

export const timestampWithoutTimeZone: Validation = {
  kind: 'validation',
  id: 'timestamp-without-time-zone',
  title: 'Timestamp without time zone',
  severity: 'medium',
  why: '`timestamp` keeps the digits of a clock and forgets which clock. The driver reads them in the zone of the process, the database computes in that of the session, and as soon as the two differ, or an hour repeats in autumn, events move, tokens live an hour longer and jobs run twice.',
  looksFor:
    'Columns of type `timestamp` or `DateTime` without a zone for instants: created, expires, paid, scheduled (Prisma’s default `timestamp(3)` included, Drizzle `timestamp()` without `withTimezone`, TypeORM `timestamp`); `new Date(year, month, …)` and `getHours` in business rules; offsets kept in place of zone names for future appointments; instants sent without `Z` or offset.',
  sparesFor: [
    '`timestamptz`.',
    '`date` for birthdays and due dates; local time with a zone name beside it for appointments to come.',
    'Prisma with every process and session in UTC by configuration; then the risk is others’ SQL.',
  ],
  fix: '`timestamptz` for instants (`@db.Timestamptz`, `withTimezone: true`), UTC in processes and sessions, RFC 3339 on the wire. Future local times: wall clock, zone name, and the instant computed anew when rules change.',
  numbers: [
    'Both types take 8 bytes, microsecond resolution: the zone costs nothing [PostgreSQL manual, Date/Time Types].',
  ],
  siblings: [
    'clock-skew-and-time-zones',
    'type-change-with-rewrite',
    'outdated-column-types',
    'cron-in-every-process',
  ],
  covers: ['timestamp column'],
  wrong: {
    language: 'ts',
    stack: 'Drizzle',
    text: `export const tokens = pgTable('tokens', {
  id: uuid().primaryKey(),
  expiresAt: timestamp().notNull(),
})`,
  },
  right: {
    language: 'ts',
    stack: 'Drizzle',
    text: `export const tokens = pgTable('tokens', {
  id: uuid().primaryKey(),
  expiresAt: timestamp({ withTimezone: true }).notNull(),
})`,
  },
  executedBy: 'by-hand',
}
