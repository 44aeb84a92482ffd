import { Controller, Get, Query } from '@nestjs/common';
import { CurrentUser, type Principal } from '../auth/current-user';
import { Roles } from '../auth/roles.decorator';
import { Role } from '../users/user.entity';
import { UsageQuery } from './dto/usage.query';
import { ReportsService, type UsageReport } from './reports.service';

@Controller('reports')
@Roles(Role.Manager)
export class ReportsController {
  constructor(private readonly reports: ReportsService) {}

  @Get('usage')
  usage(@CurrentUser() user: Principal, @Query() query: UsageQuery): Promise<UsageReport> {
    return this.reports.usage(user.fleetId, query);
  }
}
