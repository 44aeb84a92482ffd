create table accounts (id integer primary key, balance integer not null check (balance >= 0));
create table settings (id integer primary key, fee integer not null);
create table reservations (
  id uuid primary key,
  room integer not null,
  day integer not null,
  hour integer not null
);
create index reservations_room_day on reservations (room, day);
insert into accounts select n, 1000000 from generate_series(0, 9999) as n;
insert into settings values (1, 0);
