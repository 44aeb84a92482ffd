-- no transaction
create index concurrently if not exists orders_placed_created_at_idx
  on orders (created_at) where status = 'placed';
