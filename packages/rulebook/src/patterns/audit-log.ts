import type { Pattern } from '../entry.js'

export const auditLog: Pattern = {
  kind: 'pattern',
  id: 'audit-log',
  title: 'Audit log',
  why: '“Who changed the account number, when, from what, and who allowed it?” is asked by customers, auditors and courts, months later. Application logs are sampled, rotated and written by best effort; they answer nothing with certainty. An audit log is data of the domain: written in the commit of what it tells of, so that neither can exist without the other, and then never changed.',
  when: 'For changes of money, rights, identities, personal data and configuration, and for reads of the most sensitive. Not for every row of every table: what is recorded for its own sake is not read, and holds personal data without a reason.',
  steps: [
    'List the questions it must answer; record the act (“limit raised”) rather than the columns, with before and after where they matter.',
    'Fields: id, moment of the database, actor and on whose behalf, action, subject, outcome, reason, request and trace id, address.',
    'Write it in the same transaction as the change; refused attempts in one of their own.',
    'Append only: the application’s role may insert and select; corrections are new lines.',
    'Chain it or ship it: a hash over the line before, or a copy in a store with a write-once lock, against those who own the database.',
    'No secrets, and personal data by reference, so that erasure remains possible.',
    'Partition by month, keep for as long as the law says, and test by answering a real question from it every quarter.',
  ],
  withKeelson: {
    language: 'ts',
    stack: 'Keelson as it is: the line is a row of the same commit, inserted by the command',
    text: `import { integer, jsonb, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core'
import { command, notFound, pageInput, pageOf, query, rowSchema, scope } from 'keelson'
import { z } from 'zod'

export const limits = pgTable('limits', { customerId: text().primaryKey(), cents: integer().notNull() })
/** create index on audit (subject, at desc, id desc); grant select, insert on audit to the application, no more. */
export const audit = pgTable('audit', {
  id: uuid().primaryKey(),
  at: timestamp({ withTimezone: true }).notNull(),
  actor: text().notNull(),
  action: text().notNull(),
  subject: text().notNull(),
  detail: jsonb().$type<Record<string, unknown>>().notNull(),
  requestId: text().notNull(),
})

export const raiseLimit = command('limits.raise', {
  http: { put: '/limits/:customerId' },
  input: z.object({
    customerId: z.string(),
    cents: z.int().nonnegative(),
    reason: z.string().min(10).max(500),
  }),
  output: rowSchema(limits),
  allow: scope('limits:write'),
  errors: { unknown: notFound('There is no such customer.') },
  async run({ input: { customerId, cents, reason }, actor, tx, fail, id, now, request }) {
    const before = (await tx.get(limits, customerId)) ?? fail.unknown()
    tx.update(limits, customerId, { cents })
    tx.insert(audit, {
      id: id(),
      at: now,
      actor: actor.id,
      action: 'limit.changed',
      subject: 'customer:' + customerId,
      detail: { from: before.cents, to: cents, reason },
      requestId: request.id,
    })
    return { customerId, cents }
  },
})

export const historyOf = query('audit.of', {
  http: { get: '/audit/:subject' },
  input: pageInput({ subject: z.string() }),
  output: pageOf(rowSchema(audit)),
  allow: scope('audit:read'),
  run: ({ input, db }) =>
    db.page(audit, { where: { subject: input.subject }, orderBy: [audit.at, audit.id], page: input }),
})`,
  },
  byHand: {
    language: 'ts',
    stack: 'pg: chained lines, which show when one was changed or left out',
    text: `import { createHash } from 'node:crypto'
import type { PoolClient } from 'pg'

export interface Act {
  readonly actor: string
  readonly action: string
  readonly subject: string
  readonly detail: Readonly<Record<string, string | number | null>>
}

const hashOf = (previous: string, text: string): string =>
  createHash('sha256').update(previous).update('\\0').update(text).digest('hex')

/** In the caller's transaction: the change and its line, or neither. A chain for each subject, so that few wait. */
export async function record(client: PoolClient, act: Act): Promise<void> {
  await client.query('select pg_advisory_xact_lock(4711, hashtext($1))', [act.subject])
  const last = await client.query<{ hash: string }>(
    'select hash from audit where subject = $1 order by number desc limit 1',
    [act.subject],
  )
  const { rows } = await client.query<{ at: string }>('select clock_timestamp()::text as at')
  const text = JSON.stringify({ ...act, at: rows[0]!.at })
  await client.query('insert into audit (subject, text, hash) values ($1, $2, $3)', [
    act.subject,
    text,
    hashOf(last.rows[0]?.hash ?? '', text),
  ])
}

/** The number of the first line that does not follow from the one before; undefined where all do. */
export function firstBreak(
  lines: readonly { readonly text: string; readonly hash: string }[],
): number | undefined {
  let previous = ''
  for (const [at, { text, hash }] of lines.entries()) {
    if (hashOf(previous, text) !== hash) return at
    previous = hash
  }
  return undefined
}`,
  },
  mistakes: [
    'Writing it after the commit, or to the log: exactly the changes before a crash are missing.',
    'Triggers alone: they know which row, not who or why, since everybody is the pool’s user.',
    'The same role may update and delete it.',
    'Copies of whole rows, with the password hash among them.',
  ],
  numbers: [
    'Payment systems keep audit trails for 12 months at least, the last three at hand [PCI DSS 4.0, 10.5.1]',
    'Insufficient logging and monitoring is ninth of ten; breaches take months to be found [OWASP Top 10 2021, A09]',
  ],
  siblings: ['structured-logging', 'soft-delete', 'least-privilege', 'field-encryption', 'secrets-in-logs'],
  covers: ['audit log'],
}
