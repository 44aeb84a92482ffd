import type { MigrationInterface, QueryRunner } from 'typeorm';

export class TripsFinishedAtIndex1741082400000 implements MigrationInterface {
  name = 'TripsFinishedAtIndex1741082400000';
  transaction = false;

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(
      `CREATE INDEX CONCURRENTLY IF NOT EXISTS trips_finished_at_idx
           ON trips (fleet_id, finished_at) WHERE status = 'finished'`,
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP INDEX CONCURRENTLY IF EXISTS trips_finished_at_idx');
  }
}
