import type { Pattern } from '../entry.js'

export const expandAndContract: Pattern = {
  kind: 'pattern',
  id: 'expand-and-contract',
  title: 'Expand and contract migration',
  why: 'During a deployment old and new code run at once on one schema, and after a rollback old code runs on the new one. A renamed column breaks one of the two, however quick the migration was. Adding first, letting both live, moving the data in peace and removing last keeps every step deployable and reversible, at the price of patience.',
  when: 'For each change of what running code uses: rename, split, change of type, NOT NULL, new unique. Purely additive changes need only its first step. With an announced maintenance window and no rollback you may do it at once; be honest about how long it takes.',
  steps: [
    'Expand: add nullable columns, tables, indexes (concurrently). `lock_timeout` in seconds, tried again, so that nobody queues behind the migration.',
    'Deploy code that writes both and reads the old. A rollback loses nothing.',
    'Back-fill in batches by key, each its own transaction, restartable, pausing by replica lag.',
    'Verify: count rows where both differ, until it is zero for a day. Add the constraint NOT VALID, then validate.',
    'Deploy code that reads the new and still writes both.',
    'Deploy code that knows the new alone; wait until no process of the former version is left, and longer than a rollback is likely.',
    'Contract: drop the old in a migration of its own, after looking whether anything reads it.',
  ],
  withKeelson: {
    language: 'ts',
    stack:
      'Keelson: both columns declared while both are in use; the back-fill is a job that hands itself on',
    text: `import { pgTable, text, uuid } from 'drizzle-orm/pg-core'
import { anyone, command, job, rowSchema, signedIn } from 'keelson'
import { z } from 'zod'

/** Between expand and contract: \`name\` is what old code knows, the two others are what it becomes. */
export const people = pgTable('people', {
  id: uuid().primaryKey(),
  name: text().notNull(),
  givenName: text(),
  familyName: text(),
})

export const namesOf = (name: string) => {
  const at = name.trim().lastIndexOf(' ')
  return at < 0
    ? { givenName: '', familyName: name.trim() }
    : { givenName: name.slice(0, at), familyName: name.slice(at + 1) }
}

export const rename = command('people.rename', {
  http: { put: '/people/:id/name' },
  input: z.object({ id: z.uuid(), givenName: z.string().max(200), familyName: z.string().max(200) }),
  output: rowSchema(people),
  allow: signedIn,
  async run({ input: { id, givenName, familyName }, tx }) {
    const person = await tx.require(people, id)
    // Both, as long as processes of the former version may run.
    const names = { name: (givenName + ' ' + familyName).trim(), givenName, familyName }
    tx.update(people, id, names)
    return { ...person, ...names }
  },
})

/** A batch: what it has done is not found again, so that it may be repeated at will. */
export const fillNames = command('people.fillNames', {
  output: z.object({ filled: z.int() }),
  allow: anyone,
  async run({ tx }) {
    const batch = await tx.list(people, { where: { familyName: null }, limit: 500 })
    for (const { id, name } of batch) tx.update(people, id, namesOf(name))
    if (batch.length === 500) tx.enqueue(backfill, {}, { delayMs: 200 })
    return { filled: batch.length }
  },
})

export const backfill = job('people.backfill', {
  input: z.object({}),
  async run({ execute, log }) {
    log.info(await execute(fillNames, {}), 'names filled')
  },
})`,
  },
  byHand: {
    language: 'ts',
    stack: 'pg: the back-fill, and the constraint without a scan under lock',
    text: `import { setTimeout as pause } from 'node:timers/promises'
import type { Pool } from 'pg'

const BATCH = \`
  with batch as (select id from people where id > $1 order by id limit 1000),
  filled as (
    update people p set family_name = regexp_replace(p.name, '^.* ', '')
    from batch where p.id = batch.id and p.family_name is null
  )
  select max(id::text) as last from batch\`

/** Restartable from the key that it has printed last; slows down when replicas cannot follow. */
export async function backfill(
  pool: Pool,
  log: (last: string) => void,
  from = '00000000-0000-0000-0000-000000000000',
) {
  for (let after = from; ;) {
    const { rows } = await pool.query<{ last: string | null }>(BATCH, [after])
    const last = rows[0]?.last
    if (last === null || last === undefined) return
    log((after = last))
    const lag = await pool.query<{ bytes: string | null }>(
      'select max(pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn)) as bytes from pg_stat_replication',
    )
    await pause(Number(lag.rows[0]?.bytes ?? 0) > 64 * 1024 * 1024 ? 2_000 : 50)
  }
}

/** Each by itself, never in one transaction. A failure by lock_timeout is tried again, by who runs it. */
export const NOT_NULL = [
  "set lock_timeout = '2s'",
  'alter table people add constraint family_name_given check (family_name is not null) not valid',
  'alter table people validate constraint family_name_given',
  'alter table people alter column family_name set not null',
  'alter table people drop constraint family_name_given',
]`,
  },
  mistakes: [
    'Migration and code in one deployment, “it takes only a second”: the lock waits behind a report, and everybody behind the lock.',
    'One UPDATE over the whole table: hours of locks, a table twice as large, and one rollback of it all.',
    'Reading the new column while the back-fill runs.',
    'Dropping at the same time as the last code change; the rollback finds no column.',
  ],
  numbers: [
    'Adding a column with a constant default does not rewrite the table since Postgres 11; a volatile default does [Postgres manual, ALTER TABLE, notes]',
    'VALIDATE CONSTRAINT takes SHARE UPDATE EXCLUSIVE, which lets reads and writes go on; SET NOT NULL skips its scan where a valid CHECK proves it, since Postgres 12 [Postgres manual, ALTER TABLE; release notes 12]',
  ],
  siblings: [
    'api-versioning',
    'bulk-operations',
    'soft-delete',
    'partitioning',
    'lock-queue-behind-ddl',
    'migration-race-at-boot',
  ],
  covers: ['expand and contract migration'],
}
