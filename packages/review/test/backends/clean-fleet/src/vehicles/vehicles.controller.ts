import { Body, Controller, Get, HttpCode, Param, ParseUUIDPipe, Patch, Post, Query } from '@nestjs/common';
import { CurrentUser, type Principal } from '../auth/current-user';
import { Roles } from '../auth/roles.decorator';
import type { Page } from '../common/page';
import { Role } from '../users/user.entity';
import { CreateVehicleDto, UpdateVehicleDto, VehicleIdsDto, VehicleQuery } from './dto/vehicle.dto';
import type { Vehicle } from './vehicle.entity';
import { VehiclesService } from './vehicles.service';

@Controller('vehicles')
@Roles(Role.Manager, Role.Dispatcher)
export class VehiclesController {
  constructor(private readonly vehicles: VehiclesService) {}

  @Get()
  list(@CurrentUser() user: Principal, @Query() query: VehicleQuery): Promise<Page<Vehicle>> {
    return this.vehicles.list(user.fleetId, query);
  }

  @Post('lookup')
  @HttpCode(200)
  async lookup(@CurrentUser() user: Principal, @Body() body: VehicleIdsDto): Promise<{ items: Vehicle[] }> {
    return { items: await this.vehicles.byIds(user.fleetId, body.ids) };
  }

  @Get(':id')
  get(@CurrentUser() user: Principal, @Param('id', ParseUUIDPipe) id: string): Promise<Vehicle> {
    return this.vehicles.get(user.fleetId, id);
  }

  @Post()
  @Roles(Role.Manager)
  create(@CurrentUser() user: Principal, @Body() body: CreateVehicleDto): Promise<Vehicle> {
    return this.vehicles.create(user.fleetId, body);
  }

  @Patch(':id')
  @Roles(Role.Manager)
  update(
    @CurrentUser() user: Principal,
    @Param('id', ParseUUIDPipe) id: string,
    @Body() body: UpdateVehicleDto,
  ): Promise<Vehicle> {
    return this.vehicles.update(user.fleetId, id, body);
  }
}
