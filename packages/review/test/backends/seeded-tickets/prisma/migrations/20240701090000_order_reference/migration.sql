SET lock_timeout = '5s';

-- AlterTable
ALTER TABLE "orders" ADD COLUMN "reference" UUID NOT NULL DEFAULT gen_random_uuid();
ALTER TABLE "orders" ADD COLUMN "channel" TEXT NOT NULL DEFAULT 'web';

-- AlterTable
ALTER TABLE "orders" ADD CONSTRAINT "orders_total_positive" CHECK ("total_cents" >= 0);

-- AlterTable
ALTER TABLE "events" ADD CONSTRAINT "events_remaining_positive" CHECK ("remaining" >= 0) NOT VALID;
