import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Init1735725600000 implements MigrationInterface {
  name = 'Init1735725600000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE fleets (
        id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
        name text NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now()
      )`);
    await queryRunner.query(`
      CREATE TABLE users (
        id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
        fleet_id uuid NOT NULL REFERENCES fleets (id) ON DELETE RESTRICT,
        email text NOT NULL UNIQUE,
        password_hash text NOT NULL,
        role text NOT NULL CHECK (role IN ('dispatcher', 'manager', 'device')),
        created_at timestamptz NOT NULL DEFAULT now()
      )`);
    await queryRunner.query('CREATE INDEX users_fleet_id_idx ON users (fleet_id)');
    await queryRunner.query(`
      CREATE TABLE vehicles (
        id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
        fleet_id uuid NOT NULL REFERENCES fleets (id) ON DELETE RESTRICT,
        plate text NOT NULL,
        model text NOT NULL,
        status text NOT NULL DEFAULT 'available',
        version integer NOT NULL DEFAULT 1,
        created_at timestamptz NOT NULL DEFAULT now(),
        UNIQUE (fleet_id, plate)
      )`);
    await queryRunner.query(`
      CREATE TABLE drivers (
        id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
        fleet_id uuid NOT NULL REFERENCES fleets (id) ON DELETE RESTRICT,
        full_name text NOT NULL,
        licence_number text NOT NULL,
        active boolean NOT NULL DEFAULT true,
        UNIQUE (fleet_id, licence_number)
      )`);
    await queryRunner.query(`
      CREATE TABLE trips (
        id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
        fleet_id uuid NOT NULL REFERENCES fleets (id) ON DELETE RESTRICT,
        vehicle_id uuid NOT NULL REFERENCES vehicles (id) ON DELETE RESTRICT,
        driver_id uuid NOT NULL REFERENCES drivers (id) ON DELETE RESTRICT,
        status text NOT NULL DEFAULT 'planned',
        starts_at timestamptz NOT NULL,
        finished_at timestamptz,
        created_at timestamptz NOT NULL DEFAULT now()
      )`);
    await queryRunner.query('CREATE INDEX trips_fleet_id_id_idx ON trips (fleet_id, id)');
    await queryRunner.query('CREATE INDEX trips_vehicle_id_idx ON trips (vehicle_id)');
    await queryRunner.query('CREATE INDEX trips_driver_id_status_idx ON trips (driver_id, status)');
    await queryRunner.query(`
      CREATE TABLE trip_stops (
        id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
        trip_id uuid NOT NULL REFERENCES trips (id) ON DELETE CASCADE,
        position integer NOT NULL,
        address text NOT NULL,
        reached_at timestamptz,
        UNIQUE (trip_id, position)
      )`);
    await queryRunner.query(`
      CREATE TABLE telemetry_points (
        vehicle_id uuid NOT NULL REFERENCES vehicles (id) ON DELETE RESTRICT,
        recorded_at timestamptz NOT NULL,
        latitude double precision NOT NULL,
        longitude double precision NOT NULL,
        speed_kmh smallint NOT NULL,
        PRIMARY KEY (vehicle_id, recorded_at)
      )`);
    await queryRunner.query('CREATE INDEX telemetry_points_recorded_at_idx ON telemetry_points (recorded_at)');
    await queryRunner.query(`
      CREATE TABLE outbox_events (
        id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
        topic text NOT NULL,
        payload jsonb NOT NULL,
        attempts integer NOT NULL DEFAULT 0,
        available_at timestamptz NOT NULL DEFAULT now(),
        sent_at timestamptz
      )`);
    await queryRunner.query(
      'CREATE INDEX outbox_events_due_idx ON outbox_events (available_at) WHERE sent_at IS NULL',
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    const tables = ['outbox_events', 'telemetry_points', 'trip_stops', 'trips', 'drivers', 'vehicles', 'users', 'fleets'];
    for (const table of tables) {
      await queryRunner.query(`DROP TABLE ${table}`);
    }
  }
}
