import { join } from 'node:path';
import type { DataSourceOptions } from 'typeorm';
import { Driver } from '../drivers/driver.entity';
import { OutboxEvent } from '../outbox/outbox-event.entity';
import { TelemetryPoint } from '../telemetry/telemetry-point.entity';
import { Trip } from '../trips/trip.entity';
import { TripStop } from '../trips/trip-stop.entity';
import { User } from '../users/user.entity';
import { Vehicle } from '../vehicles/vehicle.entity';

export function ormOptions(url: string, poolSize: number, statementTimeoutMs = 10_000): DataSourceOptions {
  return {
    type: 'postgres',
    url,
    poolSize,
    entities: [User, Vehicle, Driver, Trip, TripStop, TelemetryPoint, OutboxEvent],
    migrations: [join(__dirname, '../migrations/*.js')],
    migrationsTransactionMode: 'each',
    synchronize: false,
    connectTimeoutMS: 5_000,
    extra: { statement_timeout: statementTimeoutMs, idle_in_transaction_session_timeout: 15_000 },
  };
}
