import { MigrationInterface, QueryRunner } from 'typeorm';

export class CustomerFullName1709251200000 implements MigrationInterface {
  name = 'CustomerFullName1709251200000';

  public async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`ALTER TABLE "customers" RENAME COLUMN "name" TO "full_name"`);
    await queryRunner.query(`ALTER TABLE "accounts" ALTER COLUMN "iban" TYPE varchar(34)`);
  }

  public async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`ALTER TABLE "customers" RENAME COLUMN "full_name" TO "name"`);
  }
}
