import { MigrationInterface, QueryRunner } from 'typeorm';

const BATCH = 5000;

export class AuditChannel1725148800000 implements MigrationInterface {
  name = 'AuditChannel1725148800000';
  transaction = false;

  public async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`SET lock_timeout = '4s'`);
    await queryRunner.query(`ALTER TABLE "audit_events" ADD COLUMN IF NOT EXISTS "channel" varchar`);
    await queryRunner.query(`ALTER TABLE "audit_events" ALTER COLUMN "channel" SET DEFAULT 'web'`);
    let changed = BATCH;
    while (changed === BATCH) {
      const [, count] = await queryRunner.query(
        `UPDATE "audit_events" SET "channel" = 'web' WHERE "id" IN (
          SELECT "id" FROM "audit_events" WHERE "channel" IS NULL ORDER BY "id" LIMIT ${BATCH}
        )`,
      );
      changed = count;
    }
    await queryRunner.query(`ALTER TABLE "audit_events" ADD CONSTRAINT "audit_events_channel_set" CHECK ("channel" IS NOT NULL) NOT VALID`);
    await queryRunner.query(`ALTER TABLE "audit_events" VALIDATE CONSTRAINT "audit_events_channel_set"`);
    await queryRunner.query(`ALTER TABLE "audit_events" ALTER COLUMN "channel" SET NOT NULL`);
    await queryRunner.query(`ALTER TABLE "audit_events" DROP CONSTRAINT "audit_events_channel_set"`);
  }

  public async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`ALTER TABLE "audit_events" DROP COLUMN "channel"`);
  }
}
