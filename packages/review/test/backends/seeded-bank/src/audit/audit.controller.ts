import { Controller, Get, Param, ParseIntPipe, Query, UseGuards } from '@nestjs/common';
import { JwtAuthGuard } from '../auth/jwt-auth.guard';
import { Roles, RolesGuard } from '../auth/roles.guard';
import { AuditService } from './audit.service';

@Controller('audit')
@UseGuards(JwtAuthGuard, RolesGuard)
@Roles('staff')
export class AuditController {
  constructor(private readonly audit: AuditService) {}

  @Get('customers/:id')
  page(@Param('id', ParseIntPipe) id: number, @Query('before') before?: string) {
    return this.audit.page(id, before);
  }

  @Get('customers/:id/all')
  everything(@Param('id', ParseIntPipe) id: number) {
    return this.audit.everything(id);
  }

  @Get('actions/:action')
  byAction(@Param('action') action: string, @Query('day') day: string) {
    return this.audit.byAction(action, day);
  }

  @Get('search')
  search(@Query('key') key: string, @Query('value') value: string) {
    return this.audit.detailContains(key, value);
  }
}
