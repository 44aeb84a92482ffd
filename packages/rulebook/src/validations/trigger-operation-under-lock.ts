/** Trigger created, dropped or switched on a busy table. */
import type { Validation } from '../entry.js'

export const triggerOperationUnderLock: Validation = {
  kind: 'validation',
  id: 'trigger-operation-under-lock',
  title: 'Trigger created, dropped or switched on a busy table',
  severity: 'medium',
  why: 'A trigger is code that runs inside everybody’s write and stands in nobody’s repository view. Creating or dropping one waits for all writers; from the commit on each INSERT pays for it, old code included; and `disable trigger all` switches off the foreign keys as well.',
  looksFor:
    '`create trigger`, `drop trigger`, `alter table … enable/disable trigger` on an existing table without `lock_timeout`; `disable trigger all` or `session_replication_role = replica` around a load; row triggers that query or write other tables on hot paths, take locks in another order, or call outside (dblink, http); a function changed in place while old code relies on it; a trigger that keeps two columns in step without a plan for its removal.',
  sparesFor: [
    'Triggers on tables of the same migration.',
    '`create or replace function` that keeps the contract.',
    'Statement triggers with transition tables for audit, measured.',
    'Helpers of expand and contract with the removal in a later migration.',
  ],
  fix: '`lock_timeout` and a try again, one trigger a transaction; a function that is small, qualified and has `set search_path`; statement-level with transition tables where many rows change. Load data with constraints on.',
  numbers: [
    'CREATE TRIGGER takes SHARE ROW EXCLUSIVE; DROP TRIGGER takes ACCESS EXCLUSIVE, level 8 of 8 [PostgreSQL manual, Explicit Locking; PostgreSQL source, RemoveTriggerById].',
  ],
  siblings: [
    'missing-lock-timeout',
    'several-strong-locks',
    'search-path-unsafe',
    'type-change-with-rewrite',
  ],
  covers: ['trigger operations'],
  wrong: {
    language: 'sql',
    stack: 'SQL',
    text: `alter table orders disable trigger all;
create trigger orders_stats after insert on orders
  for each row execute function refresh_all_statistics();`,
  },
  right: {
    language: 'sql',
    stack: 'SQL',
    text: `set lock_timeout = '2s';
create trigger orders_stats after insert on orders
  referencing new table as added
  for each statement execute function app.count_added();`,
  },
  executedBy: 'by-hand',
}
