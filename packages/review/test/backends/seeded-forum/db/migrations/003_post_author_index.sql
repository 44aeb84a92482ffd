BEGIN;
CREATE INDEX posts_author ON posts (author_id, id DESC);
CREATE INDEX CONCURRENTLY votes_user ON votes (user_id);
COMMIT;
