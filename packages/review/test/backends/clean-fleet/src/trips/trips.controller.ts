import { Body, Controller, Get, HttpCode, Param, ParseIntPipe, ParseUUIDPipe, Post, Query } from '@nestjs/common';
import { CurrentUser, type Principal } from '../auth/current-user';
import { Roles } from '../auth/roles.decorator';
import type { Page } from '../common/page';
import { Role } from '../users/user.entity';
import { FinishTripDto, PlanTripDto, TripQuery } from './dto/trip.dto';
import type { Trip } from './trip.entity';
import { TripsService } from './trips.service';

@Controller('trips')
@Roles(Role.Manager, Role.Dispatcher)
export class TripsController {
  constructor(private readonly trips: TripsService) {}

  @Get()
  list(@CurrentUser() user: Principal, @Query() query: TripQuery): Promise<Page<Trip>> {
    return this.trips.list(user.fleetId, query);
  }

  @Get(':id')
  get(@CurrentUser() user: Principal, @Param('id', ParseUUIDPipe) id: string): Promise<Trip> {
    return this.trips.get(user.fleetId, id);
  }

  @Post()
  plan(@CurrentUser() user: Principal, @Body() body: PlanTripDto): Promise<Trip> {
    return this.trips.plan(user.fleetId, body);
  }

  @Post(':id/start')
  @HttpCode(204)
  start(@CurrentUser() user: Principal, @Param('id', ParseUUIDPipe) id: string): Promise<void> {
    return this.trips.start(user.fleetId, id);
  }

  @Post(':id/finish')
  @HttpCode(204)
  finish(
    @CurrentUser() user: Principal,
    @Param('id', ParseUUIDPipe) id: string,
    @Body() body: FinishTripDto,
  ): Promise<void> {
    return this.trips.finish(user.fleetId, id, body);
  }

  @Post(':id/cancel')
  @HttpCode(204)
  cancel(@CurrentUser() user: Principal, @Param('id', ParseUUIDPipe) id: string): Promise<void> {
    return this.trips.cancel(user.fleetId, id);
  }

  @Post(':id/stops/:position/reached')
  @HttpCode(204)
  reachStop(
    @CurrentUser() user: Principal,
    @Param('id', ParseUUIDPipe) id: string,
    @Param('position', ParseIntPipe) position: number,
  ): Promise<void> {
    return this.trips.reachStop(user.fleetId, id, position);
  }
}
