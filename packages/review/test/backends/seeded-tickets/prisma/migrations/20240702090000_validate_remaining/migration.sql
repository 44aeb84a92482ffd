ALTER TABLE "events" VALIDATE CONSTRAINT "events_remaining_positive";
