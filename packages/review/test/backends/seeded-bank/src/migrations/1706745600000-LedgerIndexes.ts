import { MigrationInterface, QueryRunner } from 'typeorm';

export class LedgerIndexes1706745600000 implements MigrationInterface {
  name = 'LedgerIndexes1706745600000';

  public async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`SET LOCAL lock_timeout = '4s'`);
    await queryRunner.query(`CREATE INDEX "ledger_entries_account_id" ON "ledger_entries" ("account_id", "booked_at")`);
    await queryRunner.query(`CREATE INDEX CONCURRENTLY "transfers_from" ON "transfers" ("from_account_id")`);
  }

  public async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP INDEX "transfers_from"`);
    await queryRunner.query(`DROP INDEX "ledger_entries_account_id"`);
  }
}
