import { Body, Controller, Get, Param, ParseIntPipe, Patch, Post, Query, UseGuards } from '@nestjs/common';
import { CurrentUser } from '../auth/current-user.decorator';
import { JwtAuthGuard } from '../auth/jwt-auth.guard';
import { Roles, RolesGuard } from '../auth/roles.guard';
import { SessionUser } from '../auth/session-user';
import { AccountsService } from './accounts.service';
import { BalancesDto, FeeDto, OpenAccountDto, RenameDto } from './dto';

@Controller('accounts')
@UseGuards(JwtAuthGuard, RolesGuard)
export class AccountsController {
  constructor(private readonly accounts: AccountsService) {}

  @Get()
  list(@CurrentUser() user: SessionUser, @Query('sort') sort?: string) {
    return this.accounts.list(user.id, sort);
  }

  @Post()
  open(@CurrentUser() user: SessionUser, @Body() body: OpenAccountDto) {
    return this.accounts.open(user.id, body.nickname);
  }

  @Get('search')
  @Roles('staff')
  search(@Query('q') q: string) {
    return this.accounts.search(q);
  }

  @Get('by-status')
  @Roles('staff')
  byStatus(@Query('status') status: string) {
    return this.accounts.byStatus(status);
  }

  @Post('balances')
  @Roles('staff')
  balances(@Body() body: BalancesDto) {
    return this.accounts.balances(body.ids);
  }

  @Get(':id')
  show(@CurrentUser() user: SessionUser, @Param('id', ParseIntPipe) id: number) {
    return this.accounts.owned(user.id, id);
  }

  @Patch(':id')
  rename(@CurrentUser() user: SessionUser, @Param('id', ParseIntPipe) id: number, @Body() body: RenameDto) {
    return this.accounts.rename(user.id, id, body.nickname);
  }

  @Post(':id/fee')
  @Roles('staff')
  async fee(@Param('id', ParseIntPipe) id: number, @Body() body: FeeDto) {
    await this.accounts.chargeFee(id, body.cents);
  }
}
