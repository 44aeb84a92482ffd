create table admin_sessions (
  sid text primary key,
  sess jsonb not null,
  expire timestamptz not null
);

create index admin_sessions_expire_idx on admin_sessions (expire);

create table notes (
  id bigint generated always as identity primary key,
  seller_id bigint not null references sellers (id) on delete restrict,
  author_id bigint not null references admin_users (id) on delete restrict,
  body text not null check (length(body) <= 2000),
  created_at timestamptz not null default now()
);

create index notes_seller_id_id_idx on notes (seller_id, id);
create index notes_author_id_idx on notes (author_id);
