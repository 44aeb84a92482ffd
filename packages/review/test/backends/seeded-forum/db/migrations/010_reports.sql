CREATE TABLE reports (
  id bigserial PRIMARY KEY,
  post_id integer NOT NULL,
  reporter_id integer NOT NULL,
  reason text NOT NULL,
  state text NOT NULL DEFAULT 'open',
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE mod_actions (
  id bigserial PRIMARY KEY,
  moderator_id integer NOT NULL,
  action text NOT NULL,
  target text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE banned_words (word text PRIMARY KEY);

CREATE INDEX reports_open ON reports (state, id);
ALTER TABLE reports ADD CONSTRAINT reports_reason CHECK (reason <> '');
INSERT INTO banned_words (word) VALUES ('spamword'), ('otherword');
