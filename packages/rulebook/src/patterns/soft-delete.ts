import type { Pattern } from '../entry.js'

export const softDelete: Pattern = {
  kind: 'pattern',
  id: 'soft-delete',
  title: 'Soft delete and batched delete',
  why: 'A deletion by mistake is the one change that cannot be looked up, and a customer’s deletion that cascades over eight million rows is an outage. Marking first gives a window to undo; removing later, in small batches, keeps locks and log short. The price is a condition that every query must carry, so it belongs in one place; and a mark is no erasure, which the law may demand.',
  when: 'Soft for what people delete by hand and want back, for a bounded time. Batches for whatever is removed in numbers: expiry, tenants that leave, erasure. Not soft for data whose deletion is a right (then really delete), for link tables, or as a substitute for a history.',
  steps: [
    'A column `deleted_at timestamptz`, null for what lives; partial indexes `where deleted_at is null`, unique ones above all.',
    'Put the condition in one place: a view, the repository, row-level security. Count on being forgotten elsewhere.',
    'Deleting and restoring are commands with rules and an audit line; decide what happens to children.',
    'Say how long: after 30 days a job purges. Without a purge it is a table that only grows.',
    'Purge by key in batches: select 1,000 ids by an index, delete children first, commit, pause; no `on delete cascade` over large tables.',
    'Every foreign key needs an index on its own side, or each deletion of a parent scans the child.',
    'When most of a table goes, copy what stays, or drop partitions; and let vacuum keep up.',
  ],
  withKeelson: {
    language: 'ts',
    stack: 'Keelson',
    text: `import { pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core'
import { anyone, command, job, notFound, pageInput, pageOf, query, rowSchema, signedIn } from 'keelson'
import { z } from 'zod'

export const projects = pgTable('projects', {
  id: uuid().primaryKey(),
  owner: text().notNull(),
  name: text().notNull(),
  deletedAt: timestamp({ withTimezone: true }),
})
const Id = z.object({ id: z.uuid() })

export const mine = query('projects.mine', {
  http: { get: '/projects' },
  input: pageInput({}),
  output: pageOf(rowSchema(projects)),
  allow: signedIn,
  run: ({ input, actor, db }) =>
    db.page(projects, { where: { owner: actor.id, deletedAt: null }, orderBy: projects.id, page: input }),
})

export const remove = command('projects.remove', {
  http: { delete: '/projects/:id' },
  input: Id,
  allow: signedIn,
  errors: { unknown: notFound('There is no such project.') },
  async run({ input: { id }, actor, tx, fail, now }) {
    const project = await tx.get(projects, id)
    if (project?.owner !== actor.id || project.deletedAt !== null) return fail.unknown()
    tx.update(projects, id, { deletedAt: now })
    tx.enqueue(purge, { before: now.toISOString() }, { delayMs: 30 * 86_400_000 })
  },
})

/** A batch of what was deleted up to then; called until there is nothing left. */
export const purgeBatch = command('projects.purgeBatch', {
  input: z.object({ before: z.iso.datetime() }),
  output: z.object({ purged: z.int() }),
  allow: anyone,
  async run({ input, tx }) {
    const gone = await tx.list(projects, {
      where: { deletedAt: { lte: new Date(input.before) } },
      limit: 500,
    })
    for (const { id } of gone) tx.delete(projects, id)
    return { purged: gone.length }
  },
})

export const purge = job('projects.purge', {
  input: z.object({ before: z.iso.datetime() }),
  timeoutMs: 300_000,
  async run({ input, execute, signal }) {
    for (let purged = 500; purged === 500 && !signal.aborted;) ({ purged } = await execute(purgeBatch, input))
  },
})`,
  },
  byHand: {
    language: 'ts',
    stack: 'pg',
    text: `import { setTimeout as pause } from 'node:timers/promises'
import type { Pool } from 'pg'

/**
 * create index on projects (deleted_at) where deleted_at is not null;
 * create unique index on projects (owner, name) where deleted_at is null;
 * create index on tasks (project_id);
 */
const TASKS = \`
  delete from tasks where id in (
    select t.id from tasks t join projects p on p.id = t.project_id
    where p.deleted_at < now() - interval '30 days' limit 1000
  )\`
const PROJECTS = \`
  delete from projects where id in (
    select id from projects p where p.deleted_at < now() - interval '30 days'
      and not exists (select from tasks t where t.project_id = p.id)
    limit 1000 for update skip locked
  )\`

/** Children first, a thousand rows a commit; may be ended and begun again at any point. */
export async function purge(pool: Pool, signal: AbortSignal): Promise<number> {
  let total = 0
  for (const statement of [TASKS, PROJECTS]) {
    for (let removed = 1; removed > 0 && !signal.aborted;) {
      removed = (await pool.query(statement)).rowCount ?? 0
      total += removed
      if (removed > 0) await pause(50)
    }
  }
  return total
}`,
  },
  mistakes: [
    'A unique constraint that still counts deleted rows: the name is taken for ever.',
    'A boolean `is_deleted`; nobody can say since when, so nobody purges.',
    'Filtering in handlers: the export, the count and the search show what was deleted.',
    '`delete … limit` by offset, which reads the same dead rows again in every round.',
  ],
  numbers: [
    'DELETE leaves the row for vacuum, and the file does not shrink; by default autovacuum comes when 20 % of a table plus 50 rows are dead [Postgres manual, 24.1 and 19.10]',
    'Foreign keys do not make an index on the referencing side [Postgres manual, 5.5.5]',
  ],
  siblings: [
    'partitioning',
    'audit-log',
    'bulk-operations',
    'expand-and-contract',
    'cascade-over-large-table',
  ],
  covers: ['soft delete and batched delete'],
}
