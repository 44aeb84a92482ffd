/** VACUUM FULL, CLUSTER, plain REFRESH MATERIALIZED VIEW. */
import type { Validation } from '../entry.js'

export const tableRewritingMaintenance: Validation = {
  kind: 'validation',
  id: 'table-rewriting-maintenance',
  title: 'VACUUM FULL, CLUSTER, plain REFRESH MATERIALIZED VIEW',
  severity: 'high',
  why: 'These commands write a table or view anew and lock out everybody, readers included, until they are through. They look like care of the database and are downtime in proportion to the size of the table, just for those that are largest.',
  looksFor:
    '`vacuum full`, `cluster`, `alter table … set tablespace` or `set logged`, `refresh materialized view` without `concurrently` on a view that requests read, in migrations, scheduled jobs and scripts of production; `refresh … concurrently` without a unique index, or on each request; plain `vacuum` inside a transaction, which fails.',
  sparesFor: [
    'Plain `vacuum`, `analyze`, `vacuum (index_cleanup)`.',
    'Tables of the same migration, temporary ones, and announced windows.',
    'A first refresh of a view that nobody reads yet.',
  ],
  fix: 'Let autovacuum keep up (per-table settings), use pg_repack or pg_squeeze where a rewrite is needed, `reindex concurrently` for indexes. Views: a unique index and `refresh materialized view concurrently` by one scheduled job, or a table kept up to date by events.',
  numbers: [
    'VACUUM FULL needs free disk for a 2nd copy and an ACCESS EXCLUSIVE lock throughout [PostgreSQL manual, VACUUM].',
  ],
  siblings: [
    'lock-queue-behind-ddl',
    'index-without-concurrently',
    'unbatched-backfill',
    'missing-lock-timeout',
  ],
  covers: ['VACUUM FULL', 'CLUSTER', 'refresh of a materialised view'],
  wrong: {
    language: 'sql',
    stack: 'SQL',
    text: `vacuum full orders;
cluster events using events_at_idx;
refresh materialized view sales_by_day;`,
  },
  right: {
    language: 'sql',
    stack: 'SQL',
    text: `alter table orders set (autovacuum_vacuum_scale_factor = 0.02);
vacuum (analyze) orders;
create unique index concurrently sales_by_day_key on sales_by_day (day, shop_id);
refresh materialized view concurrently sales_by_day;`,
  },
  executedBy: 'by-hand',
}
