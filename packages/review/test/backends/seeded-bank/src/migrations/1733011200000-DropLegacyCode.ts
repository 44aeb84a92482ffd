import { MigrationInterface, QueryRunner, TableColumn } from 'typeorm';

export class DropLegacyCode1733011200000 implements MigrationInterface {
  name = 'DropLegacyCode1733011200000';

  public async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`SET LOCAL lock_timeout = '4s'`);
    await queryRunner.query(`ALTER TABLE "transfers" DROP COLUMN "legacy_code"`);
    await queryRunner.addColumn('cards', new TableColumn({ name: 'design', type: 'varchar', isNullable: true }));
  }

  public async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.dropColumn('cards', 'design');
    await queryRunner.query(`ALTER TABLE "transfers" ADD COLUMN "legacy_code" varchar`);
  }
}
