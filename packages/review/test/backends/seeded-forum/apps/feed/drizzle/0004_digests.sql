CREATE TABLE "digests" (
	"id" serial PRIMARY KEY NOT NULL,
	"member_id" integer NOT NULL,
	"week" date NOT NULL,
	"sent_at" timestamp with time zone
);
--> statement-breakpoint
CREATE INDEX "digests_member" ON "digests" ("member_id");
--> statement-breakpoint
ALTER TABLE "digests" ADD CONSTRAINT "digests_week_past" CHECK ("week" > '2024-01-01');
