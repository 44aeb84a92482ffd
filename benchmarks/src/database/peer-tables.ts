/**
 * What the hand-written services keep besides the shop's tables, shaped like Keelson's own (its migrations are the
 * model): the answers under idempotency keys, and the events.
 */
export const PEER_TABLES = `
  create table idempotency (
    key uuid primary key,
    fingerprint uuid not null,
    status smallint not null,
    headers text,
    body text,
    created_at timestamptz not null default now()
  );

  create table events (
    id bigint generated always as identity primary key,
    name text not null,
    version integer not null,
    key text not null,
    payload text not null,
    occurred_at timestamptz not null
  );
`
