set local lock_timeout = '2s';

alter table orders add column discount_cents integer not null default 0;
alter table orders add constraint orders_discount_cents_check check (discount_cents >= 0) not valid;
