import { MigrationInterface, QueryRunner } from 'typeorm';

export class LedgerCurrency1719792000000 implements MigrationInterface {
  name = 'LedgerCurrency1719792000000';

  public async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`SET LOCAL lock_timeout = '4s'`);
    await queryRunner.query(`ALTER TABLE "ledger_entries" ADD COLUMN "currency" char(3)`);
    await queryRunner.query(`UPDATE "ledger_entries" SET "currency" = 'EUR' WHERE "currency" IS NULL`);
    await queryRunner.query(`ALTER TABLE "ledger_entries" ALTER COLUMN "currency" SET NOT NULL`);
    await queryRunner.query(`ALTER TABLE "ledger_entries" ALTER COLUMN "currency" SET DEFAULT 'EUR'`);
    await queryRunner.query(`ALTER TABLE "transfers" ALTER COLUMN "id" TYPE bigint`);
  }

  public async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`ALTER TABLE "ledger_entries" DROP COLUMN "currency"`);
  }
}
