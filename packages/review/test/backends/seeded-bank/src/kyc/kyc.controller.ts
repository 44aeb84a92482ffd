import { Body, Controller, Get, Post, UseGuards } from '@nestjs/common';
import { ArrayMaxSize, IsInt } from 'class-validator';
import { CurrentUser } from '../auth/current-user.decorator';
import { JwtAuthGuard } from '../auth/jwt-auth.guard';
import { Roles, RolesGuard } from '../auth/roles.guard';
import { SessionUser } from '../auth/session-user';
import { KycService } from './kyc.service';

class RecheckDto {
  @IsInt({ each: true })
  @ArrayMaxSize(50)
  ids: number[];
}

@Controller('kyc')
@UseGuards(JwtAuthGuard, RolesGuard)
export class KycController {
  constructor(private readonly kyc: KycService) {}

  @Post()
  start(@CurrentUser() user: SessionUser) {
    return this.kyc.start(user.id);
  }

  @Post('restart')
  restart(@CurrentUser() user: SessionUser) {
    return this.kyc.restart(user.id);
  }

  @Get('pending')
  @Roles('staff')
  pending() {
    return this.kyc.pending();
  }

  @Post('recheck')
  @Roles('staff')
  recheck(@Body() body: RecheckDto) {
    return this.kyc.recheckAll(body.ids);
  }
}
