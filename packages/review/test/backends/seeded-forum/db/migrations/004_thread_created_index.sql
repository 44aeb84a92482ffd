CREATE INDEX CONCURRENTLY IF NOT EXISTS threads_created ON threads (created_at DESC);
