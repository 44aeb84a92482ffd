-- AlterTable
ALTER TABLE "users" RENAME COLUMN "name" TO "display_name";

-- AlterTable
ALTER TABLE "payments" ADD COLUMN "currency" CHAR(3);

UPDATE "payments" SET "currency" = 'EUR';

ALTER TABLE "payments" ALTER COLUMN "currency" SET NOT NULL;
ALTER TABLE "payments" ALTER COLUMN "currency" SET DEFAULT 'EUR';
