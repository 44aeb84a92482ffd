SET lock_timeout = '2s';

ALTER TABLE "page_views" ADD CONSTRAINT "page_views_visit_key" UNIQUE ("event_id", "visitor", "created_at");

ALTER TABLE "users" DROP COLUMN "phone";
