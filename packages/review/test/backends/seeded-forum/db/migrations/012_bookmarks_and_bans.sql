SET lock_timeout = '3s';

CREATE TABLE bookmarks (
  user_id integer NOT NULL REFERENCES users (id),
  thread_id integer NOT NULL REFERENCES threads (id),
  note text NOT NULL DEFAULT '',
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (user_id, thread_id)
);

CREATE TABLE bans (
  id serial PRIMARY KEY,
  user_id integer NOT NULL REFERENCES users (id),
  reason text NOT NULL,
  until timestamptz NOT NULL,
  lifted boolean NOT NULL DEFAULT false
);

CREATE INDEX bookmarks_thread ON bookmarks (thread_id);
CREATE UNIQUE INDEX bans_one_active ON bans (user_id) WHERE NOT lifted;
