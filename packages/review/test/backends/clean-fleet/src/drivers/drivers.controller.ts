import { Body, Controller, Get, HttpCode, Param, ParseUUIDPipe, Post, Put, Query } from '@nestjs/common';
import { CurrentUser, type Principal } from '../auth/current-user';
import { Roles } from '../auth/roles.decorator';
import type { Page } from '../common/page';
import { Role } from '../users/user.entity';
import type { Driver } from './driver.entity';
import { DriversService } from './drivers.service';
import { CreateDriverDto, DriverQuery, ImportDriversDto, SetActiveDto } from './dto/driver.dto';

@Controller('drivers')
@Roles(Role.Manager)
export class DriversController {
  constructor(private readonly drivers: DriversService) {}

  @Get()
  @Roles(Role.Manager, Role.Dispatcher)
  list(@CurrentUser() user: Principal, @Query() query: DriverQuery): Promise<Page<Driver>> {
    return this.drivers.list(user.fleetId, query);
  }

  @Post()
  create(@CurrentUser() user: Principal, @Body() body: CreateDriverDto): Promise<Driver> {
    return this.drivers.create(user.fleetId, body);
  }

  @Post('import')
  async importAll(@CurrentUser() user: Principal, @Body() body: ImportDriversDto): Promise<{ inserted: number }> {
    return { inserted: await this.drivers.importAll(user.fleetId, body.drivers) };
  }

  @Put(':id/active')
  @HttpCode(204)
  setActive(
    @CurrentUser() user: Principal,
    @Param('id', ParseUUIDPipe) id: string,
    @Body() body: SetActiveDto,
  ): Promise<void> {
    return this.drivers.setActive(user.fleetId, id, body.active);
  }
}
