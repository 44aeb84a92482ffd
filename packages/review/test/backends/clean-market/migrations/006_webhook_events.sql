create table webhook_events (
  event_id text primary key,
  received_at timestamptz not null default now()
);

create index webhook_events_received_at_idx on webhook_events (received_at);

create table admin_users (
  id bigint generated always as identity primary key,
  email text not null unique,
  password_hash text not null
);
