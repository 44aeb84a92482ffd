create table products (
  sku text primary key,
  name text not null,
  weight numeric(10, 3) not null,
  sold bigint not null,
  listed boolean not null,
  "addedAt" timestamptz not null
);
create index products_by_age on products ("addedAt" desc, sku desc) where listed;
create index products_by_name on products (name, sku);
