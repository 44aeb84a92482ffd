import { ConflictException, Injectable, NotFoundException } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { In, Repository } from 'typeorm';
import { Page, readPage } from '../common/page';
import type { CreateVehicleDto, UpdateVehicleDto, VehicleQuery } from './dto/vehicle.dto';
import { Vehicle, VehicleStatus } from './vehicle.entity';

@Injectable()
export class VehiclesService {
  constructor(@InjectRepository(Vehicle) private readonly vehicles: Repository<Vehicle>) {}

  list(fleetId: string, query: VehicleQuery): Promise<Page<Vehicle>> {
    const builder = this.vehicles.createQueryBuilder('vehicle').where('vehicle.fleetId = :fleetId', { fleetId });
    if (query.status) {
      builder.andWhere('vehicle.status = :status', { status: query.status });
    }
    return readPage(builder, query);
  }

  byIds(fleetId: string, ids: string[]): Promise<Vehicle[]> {
    return this.vehicles.find({ where: { fleetId, id: In(ids) } });
  }

  async get(fleetId: string, id: string): Promise<Vehicle> {
    const vehicle = await this.vehicles.findOneBy({ id, fleetId });
    if (!vehicle) throw new NotFoundException('Vehicle not found');
    return vehicle;
  }

  create(fleetId: string, input: CreateVehicleDto): Promise<Vehicle> {
    return this.vehicles.save(this.vehicles.create({ plate: input.plate, model: input.model, fleetId }));
  }

  async update(fleetId: string, id: string, input: UpdateVehicleDto): Promise<Vehicle> {
    const vehicle = await this.get(fleetId, id);
    if (vehicle.version !== input.version) throw new ConflictException('Changed by someone else');
    const result = await this.vehicles
      .createQueryBuilder()
      .update()
      .set({ model: input.model ?? vehicle.model, status: input.status ?? vehicle.status })
      .where('id = :id AND fleet_id = :fleetId AND version = :version', { id, fleetId, version: input.version })
      .andWhere('status <> :onTrip', { onTrip: VehicleStatus.OnTrip })
      .execute();
    if (!result.affected) throw new ConflictException('On a trip, or changed by someone else');
    return this.get(fleetId, id);
  }
}
