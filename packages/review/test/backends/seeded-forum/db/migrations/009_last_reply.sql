ALTER TABLE threads ADD COLUMN last_reply_at timestamptz;

UPDATE threads
SET last_reply_at = (SELECT max(p.created_at) FROM posts p WHERE p.thread_id = threads.id);

ALTER TABLE threads ALTER COLUMN last_reply_at SET NOT NULL;
ALTER TABLE threads ALTER COLUMN last_reply_at SET DEFAULT now();
