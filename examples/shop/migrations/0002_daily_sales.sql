-- What was ordered and cancelled on each day, kept by the subscriber `sales.daily`. A new table: nothing waits for it.

create table daily_sales (
  day date primary key,
  placed integer not null,
  cancelled integer not null,
  revenue bigint not null
);
