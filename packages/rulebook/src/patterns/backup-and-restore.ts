import type { Pattern } from '../entry.js'

export const backupAndRestore: Pattern = {
  kind: 'pattern',
  id: 'backup-and-restore',
  title: 'Backup with restore drill',
  why: 'Nobody needs backups; people need restores, and a backup that was never restored is a hope. Dumps turn out empty, keys lost, the extension missing, eleven hours too long. Replicas are no backup: the DROP arrives there in milliseconds. Only a restore that runs every week by itself, and is measured and checked, tells how long you would be away and how much would be missing.',
  when: 'For every database that matters, before the first customer. Managed services make snapshots, not drills; those remain yours. Where everything can be computed anew from elsewhere, write down from where and how long it takes.',
  steps: [
    'Agree with the business: RPO, how much may be lost, and RTO, how long it may take. All else follows.',
    'Base backups plus continuous WAL archiving for any point in time; `pg_dump` besides for single tables and for moves between versions.',
    'Three copies, two kinds of storage, one elsewhere under another account, write-once, so that neither ransom nor an admin reaches it.',
    'Encrypt, and keep the key where the fire is not.',
    'Restore weekly into an empty server by a script: newest backup, WAL to a point, start, then questions to the data.',
    'Check meaning, not only start: counts, newest row, sums that must balance, amcheck; note duration and loss.',
    'Alert when the newest archived segment is older than the RPO, or the last good drill older than eight days.',
    'Write the page for three in the morning; let somebody follow it who did not write it.',
  ],
  withKeelson: {
    language: 'ts',
    stack:
      'Keelson as it is: no backups of its own; Postgres’s are taken, and its tables give the questions of a drill',
    text: `import pg from 'pg'

export interface Drill {
  /** How old the newest thing in the restored database is, in seconds: what would have been lost. */
  readonly lostSeconds: number
  readonly problems: readonly string[]
}

/** Each counts rows that may not exist. */
const QUESTIONS: Readonly<Record<string, string>> = {
  'lines without an order':
    'select count(*)::int as n from order_lines l where not exists (select from orders o where o.id = l."orderId")',
  'orders whose total is not that of their lines': \`select count(*)::int as n from orders o where o.total <>
    (select coalesce(sum(l.quantity * l.price), 0) from order_lines l where l."orderId" = o.id)\`,
  'items with less than nothing in stock': 'select count(*)::int as n from items where stock < 0',
}

/** Asks a restored copy, never the original: a script restores, this judges, and an alarm watches the judge. */
export async function drill(restoredUrl: string, failedAt: Date): Promise<Drill> {
  const client = new pg.Client({ connectionString: restoredUrl, statement_timeout: 600_000 })
  await client.connect()
  try {
    const newest = await client.query<{ at: Date | null }>('select max("placedAt") as at from orders')
    const at = newest.rows[0]?.at
    const problems = at === null || at === undefined ? ['there are no orders'] : []
    for (const [what, question] of Object.entries(QUESTIONS)) {
      const { rows } = await client.query<{ n: number }>(question)
      if (rows[0] === undefined || rows[0].n > 0) problems.push(what)
    }
    return { lostSeconds: at ? Math.max(0, (failedAt.getTime() - at.getTime()) / 1000) : Infinity, problems }
  } finally {
    await client.end()
  }
}`,
  },
  byHand: {
    language: 'sh',
    stack: 'Postgres 17: base backup, archive, and the drill that proves them',
    text: `#!/bin/sh
# postgresql.conf of the primary:
#   archive_mode = on
#   archive_timeout = 60s
#   archive_command = 'test ! -f /backup/wal/%f && cp %p /backup/wal/%f.part && mv /backup/wal/%f.part /backup/wal/%f'
set -eu

# Daily, and checked against its own manifest before it counts as one.
today=/backup/base/$(date -u +%F)
pg_basebackup --pgdata "$today" --checkpoint=fast --wal-method=stream
pg_verifybackup "$today"

# Weekly, on another machine: the newest backup, all of the log, a server that starts, and questions to its rows.
started=$(date +%s)
scratch=$(mktemp -d)
cp -a "$(ls -d /backup/base/* | tail -1)/." "$scratch"
chmod 700 "$scratch"
echo "restore_command = 'cp /backup/wal/%f %p'" >> "$scratch/postgresql.auto.conf"
echo "archive_mode = off" >> "$scratch/postgresql.auto.conf"
touch "$scratch/recovery.signal"
pg_ctl --pgdata "$scratch" --options "-p 5499" --timeout 7200 --wait start
psql -p 5499 -d shop -Atc "select 'lost seconds', extract(epoch from now() - max(placed_at)) from orders"
psql -p 5499 -d shop -Atc "select bt_index_check(oid) from pg_class where relname = 'orders_pkey'"
pg_ctl --pgdata "$scratch" --mode immediate stop
echo "restored in $(($(date +%s) - started)) s"`,
  },
  mistakes: [
    'A cron job whose exit code nobody sees.',
    'Backups in the account, and with the credentials, that they are to protect against.',
    'Measuring the dump’s time and promising it as the restore’s.',
    'Restoring over the only copy of the broken database.',
    'Forgetting what is not in Postgres: uploaded files, keys, configuration, the other side’s state.',
  ],
  numbers: [
    'Of five ways of backup and replication none worked when it was needed; about six hours of data were lost [GitLab, Postmortem of database outage of January 31, 2017]',
    'Without archive_timeout a quiet server archives a segment of 16 MB only when it is full, perhaps hours later [Postgres manual, 25.3.1]',
    'Restoring 1 TB at 200 MB/s takes 83 minutes before the first WAL is replayed [arithmetic]',
  ],
  siblings: [
    'multi-region-failover',
    'field-encryption',
    'error-budget',
    'soft-delete',
    'backups-never-restored',
  ],
  covers: ['backup with restore drill'],
}
