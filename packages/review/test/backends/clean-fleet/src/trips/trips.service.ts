import { ConflictException, Injectable, Logger, NotFoundException, UnprocessableEntityException } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { DataSource, EntityManager, Repository } from 'typeorm';
import { Page, readPage } from '../common/page';
import { serializable } from '../common/transactions';
import { DispatchClient } from '../dispatch/dispatch.client';
import { Driver } from '../drivers/driver.entity';
import { recordEvent } from '../outbox/record-event';
import { Vehicle, VehicleStatus } from '../vehicles/vehicle.entity';
import type { FinishTripDto, PlanTripDto, TripQuery } from './dto/trip.dto';
import { TripStop } from './trip-stop.entity';
import { Trip, TripStatus } from './trip.entity';

const MAX_PLANNED_PER_DRIVER = 5;
const MAX_STOPS = 60;

@Injectable()
export class TripsService {
  private readonly logger = new Logger(TripsService.name);

  constructor(
    @InjectRepository(Trip) private readonly trips: Repository<Trip>,
    @InjectRepository(TripStop) private readonly stops: Repository<TripStop>,
    private readonly dataSource: DataSource,
    private readonly dispatch: DispatchClient,
  ) {}

  list(fleetId: string, query: TripQuery): Promise<Page<Trip>> {
    const builder = this.trips.createQueryBuilder('trip').where('trip.fleetId = :fleetId', { fleetId });
    if (query.status) builder.andWhere('trip.status = :status', { status: query.status });
    return readPage(builder, query);
  }

  async get(fleetId: string, id: string): Promise<Trip> {
    const [trip, stops] = await Promise.all([
      this.trips.findOne({ where: { id, fleetId }, relations: { vehicle: true, driver: true } }),
      this.stops.find({
        where: { tripId: id, trip: { fleetId } },
        order: { position: 'ASC' },
        take: MAX_STOPS,
      }),
    ]);
    if (!trip) throw new NotFoundException('Trip not found');
    return Object.assign(trip, { stops });
  }

  async plan(fleetId: string, input: PlanTripDto): Promise<Trip> {
    return serializable(this.dataSource, async (manager) => {
      await this.assertPlannable(manager, fleetId, input);
      const planned = await manager.countBy(Trip, { driverId: input.driverId, status: TripStatus.Planned });
      if (planned >= MAX_PLANNED_PER_DRIVER) throw new ConflictException('The driver has enough trips');
      const { vehicleId, driverId, startsAt } = input;
      const trip = await manager.save(manager.create(Trip, { fleetId, vehicleId, driverId, startsAt }));
      await manager.insert(
        TripStop,
        input.addresses.map((address, position) => ({ tripId: trip.id, position, address })),
      );
      await recordEvent(manager, 'trip.planned', { tripId: trip.id });
      return trip;
    });
  }

  async start(fleetId: string, id: string): Promise<void> {
    const trip = await this.dataSource.transaction(async (manager) => {
      const locked = await manager.findOne(Trip, {
        where: { id, fleetId },
        lock: { mode: 'pessimistic_write' },
      });
      if (!locked) throw new NotFoundException('Trip not found');
      if (locked.status !== TripStatus.Planned) throw new ConflictException('Only a planned trip can start');
      const taken = await manager.update(
        Vehicle,
        { id: locked.vehicleId, fleetId, status: VehicleStatus.Available },
        { status: VehicleStatus.OnTrip },
      );
      if (!taken.affected) throw new ConflictException('The vehicle is not available');
      await manager.update(Trip, { id }, { status: TripStatus.Running });
      return locked;
    });
    this.dispatch
      .notifyStarted(trip.id, trip.driverId)
      .catch((error: unknown) => this.logger.warn(`Dispatch was not told of trip ${trip.id}: ${String(error)}`));
  }

  finish(fleetId: string, id: string, input: FinishTripDto): Promise<void> {
    return this.dataSource
      .transaction(async (manager) => {
        const [rows] = (await manager.query(
          `UPDATE trips SET status = $1, finished_at = now()
            WHERE id = $2 AND fleet_id = $3 AND status = $4
            RETURNING vehicle_id AS "vehicleId"`,
          [TripStatus.Finished, id, fleetId, TripStatus.Running],
        )) as [{ vehicleId: string }[], number];
        if (rows.length === 0) throw new ConflictException('Only a running trip can be finished');
        const { vehicleId } = rows[0];
        await manager.update(Vehicle, { id: vehicleId }, { status: VehicleStatus.Available });
        await manager.increment(Vehicle, { id: vehicleId }, 'odometerKm', input.drivenKm);
        await recordEvent(manager, 'trip.finished', { tripId: id });
        return vehicleId;
      })
      .then((vehicleId) => this.dispatch.notifyFree(vehicleId))
      .catch((error: unknown) => {
        if (!DispatchClient.isDispatchError(error)) throw error;
        this.logger.warn(`Dispatch was not told of trip ${id}: ${String(error)}`);
      });
  }

  async cancel(fleetId: string, id: string): Promise<void> {
    const { affected } = await this.trips.update(
      { id, fleetId, status: TripStatus.Planned },
      { status: TripStatus.Cancelled },
    );
    if (!affected) throw new ConflictException('Only a planned trip can be cancelled');
  }

  async reachStop(fleetId: string, tripId: string, position: number): Promise<void> {
    const trip = await this.trips.findOneBy({ id: tripId, fleetId, status: TripStatus.Running });
    if (!trip) throw new NotFoundException('No running trip');
    await this.stops
      .createQueryBuilder()
      .update()
      .set({ reachedAt: () => 'now()' })
      .where('trip_id = :tripId AND position = :position AND reached_at IS NULL', { tripId, position })
      .execute();
  }

  private async assertPlannable(manager: EntityManager, fleetId: string, input: PlanTripDto): Promise<void> {
    const vehicle = await manager.findOneBy(Vehicle, { id: input.vehicleId, fleetId });
    if (!vehicle || vehicle.status === VehicleStatus.Retired) {
      throw new UnprocessableEntityException('This vehicle cannot be planned');
    }
    const driver = await manager.findOneBy(Driver, { id: input.driverId, fleetId, active: true });
    if (!driver) throw new UnprocessableEntityException('This driver cannot be planned');
  }
}
