create table receipts (
  "orderId" uuid primary key references orders,
  "sentAt" timestamptz not null
);
