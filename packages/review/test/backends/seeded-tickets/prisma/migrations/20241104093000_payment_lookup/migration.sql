CREATE INDEX CONCURRENTLY IF NOT EXISTS "payments_status_created_at_idx" ON "payments"("status", "created_at");
CREATE INDEX CONCURRENTLY IF NOT EXISTS "seats_held_until_idx" ON "seats"("held_until");
