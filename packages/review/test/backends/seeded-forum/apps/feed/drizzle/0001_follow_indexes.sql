SET lock_timeout = '3s';
--> statement-breakpoint
CREATE INDEX CONCURRENTLY "follows_target" ON "follows" ("target_id");
--> statement-breakpoint
CREATE INDEX "deliveries_item" ON "deliveries" ("item_id");
--> statement-breakpoint
CREATE UNIQUE INDEX "follows_once" ON "follows" ("follower_id","target_id");
