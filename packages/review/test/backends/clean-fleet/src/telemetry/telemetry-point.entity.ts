import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('telemetry_points')
export class TelemetryPoint {
  @PrimaryColumn('uuid', { name: 'vehicle_id' })
  vehicleId: string;

  @PrimaryColumn('timestamptz', { name: 'recorded_at' })
  recordedAt: Date;

  @Column('double precision')
  latitude: number;

  @Column('double precision')
  longitude: number;

  @Column('smallint', { name: 'speed_kmh' })
  speedKmh: number;
}
