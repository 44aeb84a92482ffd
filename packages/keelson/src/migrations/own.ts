/**
 * Keelson's own tables, in the schema `keelson`. Never edited once released: a change is a further entry. They run
 * before the application's migrations, under the same lock and in the same book.
 */
export interface Migration {
  /** In the book; own ones begin with `keelson/`, which no file's name can. */
  readonly name: string
  readonly sql: string
}

export const OWN_MIGRATIONS: readonly Migration[] = Object.freeze([
  {
    name: 'keelson/0001',
    sql: `
-- One row for each group of commands that was committed: how a lost COMMIT is told from one that never happened.
create table keelson.groups (
  id uuid primary key,
  committed_at timestamptz not null default now()
);

-- Rows come in the order of time and go in it: a block range index finds the old ones at no cost to inserts.
create index groups_committed_at on keelson.groups using brin (committed_at) with (pages_per_range = 16, autosummarize = on);

-- Answers by once-only key, written in the commit of their command.
create table keelson.idempotency (
  key uuid primary key,
  fingerprint uuid not null,
  status smallint not null,
  headers text,
  body text,
  created_at timestamptz not null default now()
);

create index idempotency_created_at on keelson.idempotency using brin (created_at) with (pages_per_range = 16, autosummarize = on);

-- Events in the order in which their commands held the locks of their keys.
create table keelson.events (
  id bigint generated always as identity primary key,
  name text not null,
  version integer not null,
  key text not null,
  payload text not null,
  occurred_at timestamptz not null
);

create table keelson.api_keys (
  id uuid primary key,
  hash text not null unique,
  prefix text not null,
  owner uuid not null,
  scopes text[] not null,
  created_at timestamptz not null default now()
);
`,
  },
  {
    name: 'keelson/0002',
    sql: `
-- Set by whoever asked for the fate of a lost COMMIT before it arrived: such a group can never be committed.
alter table keelson.groups add column voided boolean not null default false;
`,
  },
  {
    name: 'keelson/0003',
    sql: `
-- Who does what is done by one process at a time. Each fence is higher than all before it, over all names, also where a
-- lease was given back or swept in between.
create sequence keelson.fences;

create table keelson.leases (
  name text primary key,
  holder uuid not null,
  fence bigint not null,
  expires_at timestamptz not null
);
`,
  },
  {
    name: 'keelson/0005',
    sql: `
-- Keys stand for callers of any identity, end, are bound to addresses, and follow each other.
alter table keelson.api_keys
  alter column owner type text,
  add column name text,
  add column addresses text[] not null default '{}',
  add column expires_at timestamptz,
  add column revoked_at timestamptz,
  add column last_used_at timestamptz,
  add column replaced_by uuid references keelson.api_keys;
`,
  },
  {
    name: 'keelson/0004',
    sql: `
-- Jobs that have not ended: waiting for their time, ready, or claimed. Those that end leave for jobs_ended, so that this table
-- stays as small as what is to be done, however much was done before. Its rows change often: vacuum comes early and in full.
create table keelson.jobs (
  id uuid primary key,
  name text not null,
  queue text not null,
  priority smallint not null default 0,
  run_at timestamptz not null default now(),
  input text not null,
  attempt integer not null default 0,
  -- Counted up with each claim and never reset: what a worker says counts for its own claim alone.
  fence bigint not null default 0,
  -- The fence of the lease (keelson.leases) of the process that runs it.
  claimed_by bigint,
  claimed_at timestamptz,
  error text,
  concurrency_key text,
  unique_key text,
  traceparent text,
  enqueued_at timestamptz not null default now()
) with (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 2000, autovacuum_vacuum_cost_delay = 0, autovacuum_vacuum_insert_threshold = -1, autovacuum_analyze_scale_factor = 0.05, autovacuum_analyze_threshold = 5000);

create index jobs_ready on keelson.jobs (queue, priority, run_at, id) where claimed_by is null;
create index jobs_claimed on keelson.jobs (claimed_by) where claimed_by is not null;
create unique index jobs_unique_key on keelson.jobs (name, unique_key) where unique_key is not null;

-- How jobs ended: once each, says the key. Of those that are done the input is not kept. Rows go when their time is over;
-- dead ones have none, they stay until someone has seen to them.
create table keelson.jobs_ended (
  id uuid primary key,
  name text not null,
  queue text not null,
  priority smallint not null,
  state text not null check (state in ('done', 'dead', 'cancelled')),
  input text,
  attempt integer not null,
  fence bigint not null,
  error text,
  concurrency_key text,
  unique_key text,
  traceparent text,
  enqueued_at timestamptz not null,
  ended_at timestamptz not null default now(),
  keep_until timestamptz
) with (autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_insert_scale_factor = 0.1);

create index jobs_ended_keep_until on keelson.jobs_ended (keep_until) where keep_until is not null;
create index jobs_ended_dead on keelson.jobs_ended (name, ended_at) where state = 'dead';
`,
  },
  {
    name: 'keelson/0006',
    sql: `
-- Secrets that seal cursors: the newest seals, older ones still open, and go after 90 days.
create table keelson.cursor_keys (
  id integer primary key,
  secret bytea not null,
  created_at timestamptz not null default now()
);
`,
  },
])
