import { MigrationInterface, QueryRunner } from 'typeorm';

export class ValidateTransferTarget1714608000000 implements MigrationInterface {
  name = 'ValidateTransferTarget1714608000000';

  public async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`ALTER TABLE "transfers" VALIDATE CONSTRAINT "transfers_to_fk"`);
  }

  public async down(): Promise<void> {
    return;
  }
}
