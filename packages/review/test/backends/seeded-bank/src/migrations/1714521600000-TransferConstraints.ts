import { MigrationInterface, QueryRunner } from 'typeorm';

export class TransferConstraints1714521600000 implements MigrationInterface {
  name = 'TransferConstraints1714521600000';

  public async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`ALTER TABLE "transfers" ADD CONSTRAINT "transfers_from_fk" FOREIGN KEY ("from_account_id") REFERENCES "accounts" ("id")`);
    await queryRunner.query(`ALTER TABLE "transfers" ADD CONSTRAINT "transfers_to_fk" FOREIGN KEY ("to_account_id") REFERENCES "accounts" ("id") NOT VALID`);
    await queryRunner.query(`ALTER TABLE "transfers" ADD CONSTRAINT "transfers_amount_positive" CHECK ("amount_cents" > 0)`);
  }

  public async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`ALTER TABLE "transfers" DROP CONSTRAINT "transfers_amount_positive"`);
    await queryRunner.query(`ALTER TABLE "transfers" DROP CONSTRAINT "transfers_to_fk"`);
    await queryRunner.query(`ALTER TABLE "transfers" DROP CONSTRAINT "transfers_from_fk"`);
  }
}
