import { Column, Entity, JoinColumn, ManyToOne, PrimaryGeneratedColumn, Unique } from 'typeorm';
import { Trip } from './trip.entity';

@Entity('trip_stops')
@Unique(['tripId', 'position'])
export class TripStop {
  @PrimaryGeneratedColumn('uuid')
  id: string;

  @Column('uuid', { name: 'trip_id' })
  tripId: string;

  @Column('integer')
  position: number;

  @Column('text')
  address: string;

  @Column('timestamptz', { name: 'reached_at', nullable: true })
  reachedAt: Date | null;

  @ManyToOne(() => Trip, (trip) => trip.stops, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'trip_id' })
  trip?: Trip;
}
