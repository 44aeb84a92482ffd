SET lock_timeout = '3s';

ALTER TABLE "patients" ADD COLUMN "phone" VARCHAR(32);
ALTER TABLE "appointments" ADD COLUMN "reminded_at" TIMESTAMPTZ(3);
