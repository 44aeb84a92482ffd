create table sellers (
  id bigint generated always as identity primary key,
  name text not null,
  email text not null unique,
  password_hash text not null,
  created_at timestamptz not null default now()
);

create table categories (
  code text primary key,
  label text not null
);

create table products (
  id bigint generated always as identity primary key,
  seller_id bigint not null references sellers (id) on delete restrict,
  category_code text not null references categories (code) on delete restrict,
  title text not null check (length(title) between 1 and 200),
  price_cents integer not null check (price_cents > 0),
  stock integer not null default 0 check (stock >= 0),
  version integer not null default 1,
  created_at timestamptz not null default now()
);

create index products_seller_id_id_idx on products (seller_id, id);
create index products_category_code_id_idx on products (category_code, id);
create index products_category_code_price_cents_id_idx on products (category_code, price_cents, id);

create table product_images (
  product_id bigint not null references products (id) on delete cascade,
  position smallint not null check (position between 0 and 9),
  url text not null,
  primary key (product_id, position)
);

create table orders (
  id bigint generated always as identity primary key,
  seller_id bigint not null references sellers (id) on delete restrict,
  buyer_email text not null,
  request_key uuid not null unique,
  status text not null default 'placed' check (status in ('placed', 'paid', 'shipped', 'cancelled')),
  total_cents bigint not null check (total_cents >= 0),
  tracking_code text,
  created_at timestamptz not null default now()
);

create index orders_seller_id_id_idx on orders (seller_id, id);

create table order_lines (
  order_id bigint not null references orders (id) on delete cascade,
  product_id bigint not null references products (id) on delete restrict,
  quantity integer not null check (quantity > 0),
  price_cents integer not null,
  primary key (order_id, product_id)
);

create index order_lines_product_id_idx on order_lines (product_id);

insert into categories (code, label) values
  ('books', 'Books'),
  ('garden', 'Garden'),
  ('kitchen', 'Kitchen'),
  ('toys', 'Toys');
