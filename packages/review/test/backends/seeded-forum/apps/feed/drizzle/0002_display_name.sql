ALTER TABLE "members" RENAME COLUMN "name" TO "display_name";
--> statement-breakpoint
ALTER TABLE "feed_items" ALTER COLUMN "kind" SET DATA TYPE varchar(32);
--> statement-breakpoint
ALTER TABLE "feed_items" ALTER COLUMN "score" SET DATA TYPE double precision;
