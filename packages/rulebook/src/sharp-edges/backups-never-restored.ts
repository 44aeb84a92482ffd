/** Backups never restored. */
import type { SharpEdge } from '../entry.js'

export const backupsNeverRestored: SharpEdge = {
  kind: 'sharp-edge',
  id: 'backups-never-restored',
  title: 'Backups never restored',
  severity: 'critical',
  why: 'A backup is a hope until it has been restored. Jobs that stopped a year ago, dumps of an empty schema, archives without the key, a restore that takes two days: all are discovered on the one day on which there is no time. Replicas and snapshots in the same account do not help against DELETE or against an intruder.',
  symptoms: [
    'We have backups but nobody has ever restored one',
    'The dump is 0 bytes or much smaller than last month',
    'Restore takes longer than the business survives',
    'Somebody deleted rows an hour ago and the replica has deleted them too',
    'WAL archiving has been failing for weeks',
    'The key for the backup is gone',
  ],
  mechanism:
    'Success is measured by the exit code of the job, often that of the last program in a pipe. Nobody compares sizes. Point-in-time recovery needs a base backup and every WAL file since; one that is missing ends it there. Extensions, roles and large objects are not in the dump of one database. Credentials that can write backups can often delete them.',
  confirm: [
    '`select archived_count, failed_count, last_archived_time, last_failed_time from pg_stat_archiver`.',
    'Age and size of the newest backup against the last thirty.',
    'Restore to an empty server now, with a stopwatch: `pg_verifybackup`, `pg_amcheck`, row counts and the newest timestamp of the main tables.',
    'Can the production role delete the backups? Try it on a test object.',
  ],
  wayOut: [
    'Stop the bleeding (data just lost): stop writers of these tables, keep the WAL, restore to a *second* server to a time shortly before, copy the rows back.',
    'State RPO and RTO with the business; base backups and WAL archiving (pgBackRest, WAL-G, the provider’s PITR) by these.',
    'A restore drill by itself, weekly: restore the newest, check counts, checksums and age, report time taken, alert on failure or absence.',
    'Three copies, two media, one elsewhere; another account, object lock, keys kept apart; globals by `pg_dumpall --globals-only`.',
    '`set -o pipefail`, alert on absence rather than on failure.',
    'Keelson has no backups of its own yet; use those of your Postgres, its state is all in there.',
  ],
  numbers: [
    'On 31 January 2017 none of 5 backup methods of GitLab.com worked as planned; 6 hours of data were lost [GitLab, Postmortem of database outage of January 31].',
    'archive_timeout is 0 by default: on a quiet server the last WAL file may be archived hours late [PostgreSQL manual, 19.5 Write Ahead Log].',
  ],
  siblings: ['cascade-over-large-table', 'long-transaction-holding-xmin', 'secrets-in-code'],
  covers: ['backups never restored'],
  wrong: {
    language: 'sh',
    stack: 'cron',
    text: `# Exit code of gzip; kept beside the data; never read again.
pg_dump shop | gzip > /var/backups/shop.sql.gz`,
  },
  right: {
    language: 'sh',
    stack: 'pgBackRest; a weekly drill',
    text: `set -euo pipefail
target=$(date -u -d '-1 hour' +'%F %T+00')
pgbackrest --stanza=shop --delta --pg1-path="$DRILL" --type=time --target="$target" \\
  --target-action=promote restore
pg_ctl -D "$DRILL" -o '-p 6543' -w start
age=$(psql -p 6543 -d shop -Atc "select extract(epoch from now() - max(created_at))::int from orders")
psql -p 6543 -d shop -Atc 'select count(*) from orders' | awk -v least="$ORDERS_LEAST" '$1 < least { exit 1 }'
test "$age" -lt 7200
curl -fsS "$HEARTBEAT_URL" # the alarm is its absence`,
  },
}
