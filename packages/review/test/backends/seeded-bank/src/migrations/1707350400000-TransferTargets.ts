import { MigrationInterface, QueryRunner } from 'typeorm';

export class TransferTargets1707350400000 implements MigrationInterface {
  name = 'TransferTargets1707350400000';
  transaction = false;

  public async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`CREATE INDEX CONCURRENTLY IF NOT EXISTS "transfers_to" ON "transfers" ("to_account_id")`);
    await queryRunner.query(`CREATE INDEX CONCURRENTLY IF NOT EXISTS "audit_events_customer_id" ON "audit_events" ("customer_id")`);
  }

  public async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP INDEX CONCURRENTLY IF EXISTS "audit_events_customer_id"`);
    await queryRunner.query(`DROP INDEX CONCURRENTLY IF EXISTS "transfers_to"`);
  }
}
