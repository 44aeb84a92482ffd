SET lock_timeout = '3s';

CREATE TABLE messages (
  id bigserial PRIMARY KEY,
  sender_id integer NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  recipient_id integer NOT NULL REFERENCES users (id),
  body text NOT NULL,
  read_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE user_settings (
  user_id integer PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
  theme text NOT NULL DEFAULT 'light',
  mail_on_reply boolean NOT NULL DEFAULT true
);

CREATE INDEX messages_recipient ON messages (recipient_id, id DESC);
CREATE INDEX messages_sender ON messages (sender_id);
