import type { MigrationInterface, QueryRunner } from 'typeorm';

export class VehicleOdometer1738404000000 implements MigrationInterface {
  name = 'VehicleOdometer1738404000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`SET LOCAL lock_timeout = '3s'`);
    await queryRunner.query('ALTER TABLE vehicles ADD COLUMN odometer_km integer NOT NULL DEFAULT 0');
    await queryRunner.query(
      'ALTER TABLE vehicles ADD CONSTRAINT vehicles_odometer_km_check CHECK (odometer_km >= 0) NOT VALID',
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`SET LOCAL lock_timeout = '3s'`);
    await queryRunner.query('ALTER TABLE vehicles DROP COLUMN odometer_km');
  }
}
