import { Column, Entity, PrimaryGeneratedColumn, Unique } from 'typeorm';

@Entity('drivers')
@Unique(['fleetId', 'licenceNumber'])
export class Driver {
  @PrimaryGeneratedColumn('uuid')
  id: string;

  @Column('uuid', { name: 'fleet_id' })
  fleetId: string;

  @Column('text', { name: 'full_name' })
  fullName: string;

  @Column('text', { name: 'licence_number' })
  licenceNumber: string;

  @Column('boolean', { default: true })
  active: boolean;
}
