import { Injectable, Logger } from '@nestjs/common';
import { Cron, CronExpression } from '@nestjs/schedule';
import { DataSource } from 'typeorm';

const KEEP_DAYS = 90;
const CHUNK = 5_000;
const MAX_CHUNKS = 200;

@Injectable()
export class TelemetryRetention {
  private readonly logger = new Logger(TelemetryRetention.name);

  constructor(private readonly dataSource: DataSource) {}

  @Cron(CronExpression.EVERY_DAY_AT_3AM)
  async purge(): Promise<void> {
    try {
      for (let chunk = 0; chunk < MAX_CHUNKS; chunk += 1) {
        const [, removed] = (await this.dataSource.query(
          `DELETE FROM telemetry_points
            WHERE (vehicle_id, recorded_at) IN (
              SELECT vehicle_id, recorded_at FROM telemetry_points
               WHERE recorded_at < now() - make_interval(days => $1)
               LIMIT $2)`,
          [KEEP_DAYS, CHUNK],
        )) as [unknown[], number];
        if (removed < CHUNK) return;
      }
    } catch (error) {
      this.logger.error('Retention failed', error);
    }
  }
}
