import { MigrationInterface, QueryRunner } from 'typeorm';

const TABLE = 'transfers';

export class TransferReferences1711929600000 implements MigrationInterface {
  name = 'TransferReferences1711929600000';

  public async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`SET LOCAL lock_timeout = '4s'`);
    await queryRunner.query(`ALTER TABLE "${TABLE}" ADD COLUMN "client_reference" varchar`);
    await queryRunner.query(`ALTER TABLE "${TABLE}" ADD COLUMN "public_id" uuid NOT NULL DEFAULT gen_random_uuid()`);
    await queryRunner.query(`ALTER TABLE "${TABLE}" ADD COLUMN "settled_at" timestamptz DEFAULT now()`);
    await queryRunner.query(`ALTER TABLE "${TABLE}" ADD CONSTRAINT "transfers_public_id" UNIQUE ("public_id")`);
  }

  public async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`ALTER TABLE "${TABLE}" DROP COLUMN "public_id", DROP COLUMN "settled_at", DROP COLUMN "client_reference"`);
  }
}
