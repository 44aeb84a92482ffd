create table sales (
  day date primary key,
  orders integer not null,
  total bigint not null
);
create table price_history (
  "eventId" text primary key,
  sku text not null,
  price integer not null,
  currency text not null
);
