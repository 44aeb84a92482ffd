create table coupons (
  code text primary key,
  seller_id bigint not null,
  percent smallint not null check (percent between 1 and 90),
  remaining integer not null check (remaining >= 0),
  expires_at timestamptz not null
);

alter table coupons add constraint coupons_seller_id_fkey
  foreign key (seller_id) references sellers (id) on delete restrict;
create index coupons_seller_id_idx on coupons (seller_id);
