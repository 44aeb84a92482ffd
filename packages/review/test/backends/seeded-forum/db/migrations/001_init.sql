BEGIN;

CREATE TABLE users (
  id serial PRIMARY KEY,
  email text NOT NULL UNIQUE,
  handle varchar(30) NOT NULL UNIQUE,
  password_hash text NOT NULL,
  karma integer NOT NULL DEFAULT 0,
  invites_left integer NOT NULL DEFAULT 5,
  is_moderator boolean NOT NULL DEFAULT false,
  avatar text,
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE boards (
  id serial PRIMARY KEY,
  slug text NOT NULL UNIQUE,
  title text NOT NULL,
  thread_count integer NOT NULL DEFAULT 0
);

CREATE TABLE threads (
  id serial PRIMARY KEY,
  board_id integer NOT NULL REFERENCES boards (id),
  author_id integer NOT NULL,
  subject text NOT NULL,
  locked boolean NOT NULL DEFAULT false,
  reply_count integer NOT NULL DEFAULT 0,
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE posts (
  id serial PRIMARY KEY,
  thread_id integer NOT NULL REFERENCES threads (id) ON DELETE CASCADE,
  author_id integer NOT NULL,
  body text NOT NULL,
  format varchar(10) NOT NULL DEFAULT 'plain',
  meta text,
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE votes (
  post_id integer NOT NULL,
  user_id integer NOT NULL,
  value smallint NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX threads_board ON threads (board_id, id DESC);
CREATE INDEX posts_thread ON posts (thread_id, id);
CREATE INDEX votes_post ON votes (post_id);
ALTER TABLE threads ADD CONSTRAINT threads_author FOREIGN KEY (author_id) REFERENCES users (id);
ALTER TABLE posts ADD CONSTRAINT posts_format CHECK (format IN ('plain', 'markdown'));

COMMIT;
