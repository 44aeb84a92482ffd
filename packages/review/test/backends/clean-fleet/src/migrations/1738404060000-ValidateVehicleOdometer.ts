import type { MigrationInterface, QueryRunner } from 'typeorm';

export class ValidateVehicleOdometer1738404060000 implements MigrationInterface {
  name = 'ValidateVehicleOdometer1738404060000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`SET LOCAL lock_timeout = '3s'`);
    await queryRunner.query('ALTER TABLE vehicles VALIDATE CONSTRAINT vehicles_odometer_km_check');
  }

  async down(): Promise<void> {}
}
