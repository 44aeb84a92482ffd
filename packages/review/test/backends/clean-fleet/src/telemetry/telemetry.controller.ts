import { Body, Controller, Get, HttpCode, Param, ParseUUIDPipe, Post, Query } from '@nestjs/common';
import { CurrentUser, type Principal } from '../auth/current-user';
import { Roles } from '../auth/roles.decorator';
import { Role } from '../users/user.entity';
import { IngestDto, TrackQuery } from './dto/telemetry.dto';
import type { TelemetryPoint } from './telemetry-point.entity';
import { TelemetryService } from './telemetry.service';

@Controller('telemetry')
export class TelemetryController {
  constructor(private readonly telemetry: TelemetryService) {}

  @Post()
  @Roles(Role.Device)
  @HttpCode(202)
  ingest(@CurrentUser() user: Principal, @Body() body: IngestDto): Promise<void> {
    return this.telemetry.ingest(user.fleetId, body.points);
  }

  @Get(':vehicleId')
  @Roles(Role.Manager, Role.Dispatcher)
  track(
    @CurrentUser() user: Principal,
    @Param('vehicleId', ParseUUIDPipe) vehicleId: string,
    @Query() query: TrackQuery,
  ): Promise<TelemetryPoint[]> {
    return this.telemetry.track(user.fleetId, vehicleId, query);
  }
}
