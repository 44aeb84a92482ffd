import { Injectable, UnprocessableEntityException } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { MoreThanOrEqual, Repository } from 'typeorm';
import type { PointDto, TrackQuery } from './dto/telemetry.dto';
import { TelemetryPoint } from './telemetry-point.entity';

const COLUMNS = ['vehicle_id', 'recorded_at', 'latitude', 'longitude', 'speed_kmh'] as const;

export function placeholders(rows: number, columns: number): string {
  return Array.from({ length: rows }, (_row, row) => {
    const cells = Array.from({ length: columns }, (_cell, column) => `$${row * columns + column + 1}`);
    return `(${cells.join(', ')})`;
  }).join(', ');
}

@Injectable()
export class TelemetryService {
  constructor(@InjectRepository(TelemetryPoint) private readonly points: Repository<TelemetryPoint>) {}

  async ingest(fleetId: string, points: PointDto[]): Promise<void> {
    await this.assertOwned(fleetId, [...new Set(points.map((point) => point.vehicleId))]);
    const values = points.flatMap((point) => [
      point.vehicleId,
      point.recordedAt,
      point.latitude,
      point.longitude,
      point.speedKmh,
    ]);
    await this.points.query(
      `INSERT INTO telemetry_points (${COLUMNS.join(', ')})
       VALUES ${placeholders(points.length, COLUMNS.length)}
       ON CONFLICT (vehicle_id, recorded_at) DO NOTHING`,
      values,
    );
  }

  async track(fleetId: string, vehicleId: string, query: TrackQuery): Promise<TelemetryPoint[]> {
    await this.assertOwned(fleetId, [vehicleId]);
    return this.points.find({
      where: { vehicleId, recordedAt: MoreThanOrEqual(query.from) },
      order: { recordedAt: 'ASC' },
      take: query.limit,
    });
  }

  private async assertOwned(fleetId: string, vehicleIds: string[]): Promise<void> {
    const [{ owned }] = (await this.points.query(
      'SELECT count(*)::int AS owned FROM vehicles WHERE fleet_id = $1 AND id = ANY($2::uuid[])',
      [fleetId, vehicleIds],
    )) as { owned: number }[];
    if (owned !== vehicleIds.length) throw new UnprocessableEntityException('Unknown vehicle');
  }
}
