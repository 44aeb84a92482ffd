create table items (sku text primary key, price integer not null, stock integer not null check (stock >= 0));

create table orders (
  id uuid primary key,
  "customerId" uuid not null,
  total integer not null,
  "placedAt" timestamptz not null
);
create index orders_by_customer on orders ("customerId", "placedAt" desc, id desc);

create table order_lines (
  "orderId" uuid not null references orders,
  sku text not null references items,
  quantity integer not null,
  primary key ("orderId", sku)
);

insert into items (sku, price, stock) values ('tea', 350, 2), ('rye', 120, 500);
