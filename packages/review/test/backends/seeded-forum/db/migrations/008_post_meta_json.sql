BEGIN;
SET LOCAL lock_timeout = '3s';
ALTER TABLE posts ALTER COLUMN meta TYPE jsonb USING meta::jsonb;
ALTER TABLE posts ALTER COLUMN format TYPE varchar(20);
ALTER TABLE threads ADD COLUMN share_token text NOT NULL DEFAULT md5(random()::text);
ALTER TABLE threads ADD COLUMN pinned boolean NOT NULL DEFAULT false;
COMMIT;
