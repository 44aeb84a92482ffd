import { Column, CreateDateColumn, Entity, PrimaryGeneratedColumn, Unique, VersionColumn } from 'typeorm';

export enum VehicleStatus {
  Available = 'available',
  OnTrip = 'on_trip',
  Workshop = 'workshop',
  Retired = 'retired',
}

@Entity('vehicles')
@Unique(['fleetId', 'plate'])
export class Vehicle {
  @PrimaryGeneratedColumn('uuid')
  id: string;

  @Column('uuid', { name: 'fleet_id' })
  fleetId: string;

  @Column('text')
  plate: string;

  @Column('text')
  model: string;

  @Column('text', { default: VehicleStatus.Available })
  status: VehicleStatus;

  @Column('integer', { name: 'odometer_km', default: 0 })
  odometerKm: number;

  @VersionColumn()
  version: number;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz' })
  createdAt: Date;
}
