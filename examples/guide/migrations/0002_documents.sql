create table documents (name text primary key, title text not null, bytes integer not null, stored_as uuid not null, version integer not null);
