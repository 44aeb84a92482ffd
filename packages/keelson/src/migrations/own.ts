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
  {
    name: 'keelson/0008',
    sql: `
-- Events by ranges of their numbers, so that old ones leave as tables do. What lies beyond the ranges made so far is taken
-- by the last partition: a command never waits for one to be made.
create sequence keelson.event_ids;
alter table keelson.events rename to events_before;
alter index keelson.events_pkey rename to events_before_pkey;
alter table keelson.events_before alter column id drop identity;
create table keelson.events (
  id bigint not null default nextval('keelson.event_ids') primary key,
  name text not null,
  version integer not null,
  key text not null,
  payload text not null,
  occurred_at timestamptz not null
) partition by range (id);
create table keelson.events_beyond partition of keelson.events default;

do $$
declare
  next bigint := (select coalesce(max(id), 0) + 1 from keelson.events_before);
begin
  perform setval('keelson.event_ids', next, false);
  if next = 1 then
    drop table keelson.events_before;
  else
    execute format('alter table keelson.events attach partition keelson.events_before for values from (minvalue) to (%s)', next);
  end if;
  execute format('create table keelson.events_%s partition of keelson.events for values from (%s) to (%s)', next, next, next + 1048576);
end
$$;

-- Positions: which events became visible after which. A batch numbers its events by their ids, from first_position on;
-- high and holes are what the mover knew after it: the highest number it has seen, and lower ones that may yet come.
create table keelson.event_batches (
  first_position bigint primary key,
  size integer not null,
  ids int8multirange not null,
  high bigint not null,
  holes int8multirange not null,
  moved_at timestamptz not null default clock_timestamp()
);

create table keelson.subscribers (
  name text primary key,
  position bigint not null,
  -- Whether its code can empty what it has built.
  resets boolean not null,
  rebuild_requested_at timestamptz,
  created_at timestamptz not null default now()
);

-- What a subscriber has done beyond its position, in the commit of what it did; position 0: it was emptied, to begin anew.
create table keelson.event_marks (
  subscriber text not null,
  position bigint not null,
  fence bigint not null,
  primary key (subscriber, position)
);

-- A fence is part of a key: who rests on it keeps others from taking the lease until its commit, renewals do not.
create unique index leases_fenced on keelson.leases (name, fence);

create function keelson.check_mark_fences() returns trigger language plpgsql as $$
begin
  perform from keelson.leases l
  where (l.name, l.fence) in (select 'subscriber ' || added.subscriber, added.fence from added)
  for key share;
  if exists (
    select from added where not exists (
      select from keelson.leases l where l.name = 'subscriber ' || added.subscriber and l.fence = added.fence)
  ) then
    raise exception 'The lease of this subscriber was lost.' using errcode = '23K01';
  end if;
  return null;
end
$$;

create trigger check_fences after insert on keelson.event_marks referencing new table as added
for each statement execute function keelson.check_mark_fences();

-- Keys at which a subscriber has failed, and their events in order. Without next_try_at a key is parked: somebody must look.
create table keelson.event_held_keys (
  subscriber text not null,
  key text not null,
  reason text not null,
  error text not null,
  attempts integer not null,
  next_try_at timestamptz,
  held_at timestamptz not null default now(),
  primary key (subscriber, key)
);

create table keelson.event_held (
  subscriber text not null,
  position bigint not null,
  id bigint not null,
  name text not null,
  version integer not null,
  key text not null,
  payload text not null,
  occurred_at timestamptz not null,
  primary key (subscriber, position)
);
create index event_held_key on keelson.event_held (subscriber, key, position);
`,
  },
  {
    name: 'keelson/0009',
    sql: `
-- Which key is tried next: asked in every round.
create index event_held_keys_due on keelson.event_held_keys (subscriber, next_try_at);
`,
  },
  {
    name: 'keelson/0010',
    sql: `
-- The trace in which an event came about (W3C Trace Context), for those who do something about it; all ranges get it too.
alter table keelson.events add column traceparent text;
alter table keelson.event_held add column traceparent text;
`,
  },
  {
    name: 'keelson/0011',
    sql: `
-- Which event is being tried, said before it begins: told where the one before has ended the process.
alter table keelson.subscribers add column trying_position bigint, add column trying_key text;
`,
  },
])
