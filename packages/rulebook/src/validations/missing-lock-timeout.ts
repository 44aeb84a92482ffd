/** DDL without lock_timeout. */
import type { Validation } from '../entry.js'

export const missingLockTimeout: Validation = {
  kind: 'validation',
  id: 'missing-lock-timeout',
  title: 'DDL without lock_timeout',
  severity: 'low',
  why: 'A statement that wants a strong lock waits behind the longest query on that table, and everybody who comes later waits behind the statement. An ALTER TABLE of a millisecond so becomes an outage of as many minutes as somebody’s report takes. With a limit it gives up, the queue dissolves, and the deploy tries again.',
  looksFor:
    'The first statement of a migration that takes SHARE or a stronger lock on a table from an earlier migration, with neither `lock_timeout` nor `statement_timeout` set before it in the file, by the role, the connection’s options or the tool’s configuration. A value of 0 sets nothing.',
  sparesFor: [
    "`set local lock_timeout` in the transaction, `set_config('lock_timeout', …)`, `alter role … set lock_timeout`, `options=-c lock_timeout=…` in the URL.",
    'Migrations that only make new tables, or take weak locks (`create index concurrently`, `validate constraint`).',
    'Tools that set it themselves, where the repository shows it.',
  ],
  fix: "`set lock_timeout = '2s'` as the first line (with LOCAL inside a transaction), `statement_timeout` where the work itself should be bounded, and a deploy that repeats the migration a few times with pauses. Put both on the role that migrates.",
  numbers: [
    '`lock_timeout` and `statement_timeout` are 0 by default, which means without end [PostgreSQL manual, Client Connection Defaults].',
    'ACCESS EXCLUSIVE conflicts with all 8 modes, ACCESS SHARE of a SELECT included [PostgreSQL manual, Table 13.2].',
  ],
  siblings: [
    'lock-queue-behind-ddl',
    'several-strong-locks',
    'index-without-concurrently',
    'expand-and-contract',
  ],
  covers: ['missing lock_timeout and statement_timeout'],
  wrong: {
    language: 'sql',
    stack: 'SQL, plain',
    text: `begin;
alter table orders add column note text;
commit;`,
  },
  right: {
    language: 'sql',
    stack: 'SQL, plain',
    text: `begin;
set local lock_timeout = '2s';
set local statement_timeout = '30s';
alter table orders add column note text;
commit;`,
  },
  executedBy: 'rule',
}
