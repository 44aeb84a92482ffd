import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { TelemetryPoint } from './telemetry-point.entity';
import { TelemetryController } from './telemetry.controller';
import { TelemetryRetention } from './telemetry.retention';
import { TelemetryService } from './telemetry.service';

@Module({
  imports: [TypeOrmModule.forFeature([TelemetryPoint])],
  controllers: [TelemetryController],
  providers: [TelemetryService, TelemetryRetention],
})
export class TelemetryModule {}
