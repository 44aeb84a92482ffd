-- The shop's tables. On an empty database this takes milliseconds and locks nothing that anybody uses.
--
-- An item's row carries its stock and its sales figures beside its description, so that placing an order reads and
-- writes one row an item, under one lock. Room in each page lets an update stay in it, without touching an index.

create table items (
  sku text primary key,
  name text not null,
  category text not null,
  price integer not null check (price >= 0),
  stock integer not null check (stock >= 0),
  sold_orders integer not null default 0,
  sold_quantity integer not null default 0,
  sold_revenue bigint not null default 0
) with (fillfactor = 80);

create index items_by_category on items (category, sku);

create table orders (
  id uuid primary key,
  placed_by uuid not null,
  customer text,
  reference text unique,
  status text not null check (status in ('placed', 'cancelled')),
  total bigint not null,
  placed_at timestamptz not null
);

create index orders_by_placer on orders (placed_by, placed_at desc, id desc);

create table order_lines (
  order_id uuid references orders (id),
  position integer,
  sku text not null references items (sku),
  quantity integer not null check (quantity > 0),
  unit_price integer not null,
  discount_percent integer not null default 0,
  total bigint not null,
  primary key (order_id, position)
);

create index order_lines_by_sku on order_lines (sku, order_id);
