SET lock_timeout = '3s';
--> statement-breakpoint
ALTER TABLE "feed_items" ADD COLUMN "public_id" uuid DEFAULT gen_random_uuid() NOT NULL;
--> statement-breakpoint
ALTER TABLE "feed_items" ADD COLUMN "source" text;
--> statement-breakpoint
UPDATE "feed_items" SET "source" = 'forum';
--> statement-breakpoint
ALTER TABLE "feed_items" ALTER COLUMN "source" SET NOT NULL;
--> statement-breakpoint
ALTER TABLE "feed_items" ADD CONSTRAINT "feed_items_public_id_unique" UNIQUE("public_id");
--> statement-breakpoint
ALTER TABLE "follows" ADD CONSTRAINT "follows_target_id_fk" FOREIGN KEY ("target_id") REFERENCES "members"("id");
--> statement-breakpoint
ALTER TABLE "follows" ADD CONSTRAINT "follows_not_self" CHECK ("follower_id" <> "target_id");
