-- The tables of the service under proof. Rules are left to the commands on purpose: a check here would hide that the
-- engine broke one. Tokens are not unique, so that an effect that came twice stands there twice.
create table accounts (id text primary key, balance integer not null, version integer not null);
create table transfers (
  id uuid primary key,
  token text not null,
  leg integer not null,
  source text not null,
  target text not null,
  amount integer not null,
  source_version integer not null,
  source_balance integer not null,
  target_version integer not null,
  target_balance integer not null,
  reference text unique
);

create table lists (id text primary key, items text not null);
create table list_items (id uuid primary key, list text not null, position integer not null, value text not null);
create index list_items_list on list_items (list, position);

create table counters (id text primary key, value integer not null);
create table increments (id uuid primary key, token text not null, counter text not null, amount integer not null);

create table names (id uuid primary key, name text not null unique, token text not null);
create table name_log (
  id uuid primary key,
  token text not null,
  name text not null,
  action text not null,
  holder text not null
);

create table bookings (id uuid primary key, room text not null, slot integer not null, token text not null);
create index bookings_room on bookings (room, slot);

create table pairs (id text primary key, token text not null);

create table pointers (id text primary key, target text not null, version integer not null);
create table targets (id text primary key, open boolean not null, hits integer not null);
create table pointer_log (
  id uuid primary key,
  token text not null,
  action text not null,
  pointer text not null,
  version integer not null,
  target text not null
);

create table items (sku text primary key, stock integer not null);
create table customers (id text primary key, orders integer not null);
create table orders (id uuid primary key, token text not null, customer text not null references customers, number integer not null);
create table order_lines (
  order_id uuid not null references orders,
  sku text not null references items,
  quantity integer not null,
  primary key (order_id, sku)
);
create table restocks (id uuid primary key, token text not null, sku text not null, quantity integer not null);

create table purses (id text primary key, total integer not null, version integer not null);
create table deposits (
  id uuid primary key,
  token text not null,
  purse text not null,
  amount integer not null,
  version integer not null
);

create table note_keys (id text primary key, number integer not null);
create table notes_followed (
  id uuid primary key,
  token text not null,
  key text not null,
  number integer not null,
  place bigint generated always as identity
);
create table follow_totals (id text primary key, value integer not null);

create table errands_done (id uuid primary key, token text not null);
