import { Body, Controller, Get, Param, ParseIntPipe, Post, Query, UseGuards } from '@nestjs/common';
import { AccountsService } from '../accounts/accounts.service';
import { CurrentUser } from '../auth/current-user.decorator';
import { JwtAuthGuard } from '../auth/jwt-auth.guard';
import { Roles, RolesGuard } from '../auth/roles.guard';
import { SessionUser } from '../auth/session-user';
import { BatchDto, TransferDto } from './dto';
import { TransfersService } from './transfers.service';

@Controller('transfers')
@UseGuards(JwtAuthGuard, RolesGuard)
export class TransfersController {
  constructor(
    private readonly transfers: TransfersService,
    private readonly accounts: AccountsService,
  ) {}

  @Post()
  async create(@CurrentUser() user: SessionUser, @Body() body: TransferDto) {
    const transfer = await this.transfers.create(user.id, body);
    if (!body.clientReference) return transfer;
    return this.transfers.remember(body.clientReference, transfer.id);
  }

  @Post('express')
  express(@CurrentUser() user: SessionUser, @Body() body: TransferDto) {
    return this.transfers.createExpress(user.id, body);
  }

  @Post('internal/:from/:to')
  internal(
    @CurrentUser() user: SessionUser,
    @Param('from', ParseIntPipe) from: number,
    @Param('to', ParseIntPipe) to: number,
    @Body('amountCents', ParseIntPipe) cents: number,
  ) {
    return this.transfers.internal(user.id, from, to, cents);
  }

  @Post('batch')
  async batch(@CurrentUser() user: SessionUser, @Body() body: BatchDto) {
    return { done: await this.transfers.batch(user.id, body.transfers) };
  }

  @Get('account/:id')
  async history(@CurrentUser() user: SessionUser, @Param('id', ParseIntPipe) id: number, @Query('limit') limit = '50') {
    await this.accounts.owned(user.id, id);
    return this.transfers.history(id, Number(limit) || 50);
  }

  @Get('account/:id/outgoing')
  async outgoing(@CurrentUser() user: SessionUser, @Param('id', ParseIntPipe) id: number) {
    await this.accounts.owned(user.id, id);
    return this.transfers.outgoing(id);
  }

  @Get('account/:id/named')
  async named(@CurrentUser() user: SessionUser, @Param('id', ParseIntPipe) id: number) {
    await this.accounts.owned(user.id, id);
    return this.transfers.withNames(id);
  }

  @Post(':id/return')
  @Roles('staff')
  async giveBack(@Param('id') id: string) {
    await this.transfers.refundToSender(id);
  }
}
