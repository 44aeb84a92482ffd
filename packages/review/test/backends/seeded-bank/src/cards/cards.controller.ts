import { Body, Controller, Get, Param, ParseIntPipe, Post, Query, UseGuards } from '@nestjs/common';
import { IsEmail, IsInt, IsPositive, Matches } from 'class-validator';
import { ThrottlerGuard } from '@nestjs/throttler';
import { CurrentUser } from '../auth/current-user.decorator';
import { JwtAuthGuard } from '../auth/jwt-auth.guard';
import { Roles, RolesGuard } from '../auth/roles.guard';
import { SessionUser } from '../auth/session-user';
import { CardsService } from './cards.service';

class PinDto {
  @Matches(/^\d{4,6}$/)
  pin: string;
}

class SpendDto {
  @IsInt()
  @IsPositive()
  cents: number;
}

class BlockDto {
  @IsEmail()
  email: string;
}

@Controller('cards')
@UseGuards(JwtAuthGuard, RolesGuard)
export class CardsController {
  constructor(private readonly cards: CardsService) {}

  @Get('account/:accountId')
  list(@CurrentUser() user: SessionUser, @Param('accountId', ParseIntPipe) accountId: number) {
    return this.cards.list(user.id, accountId);
  }

  @Post('account/:accountId')
  order(@CurrentUser() user: SessionUser, @Param('accountId', ParseIntPipe) accountId: number) {
    return this.cards.order(user.id, accountId);
  }

  @Get('report')
  @Roles('staff')
  report(@Query('sort') sort = 'id', @Query('dir') dir = 'asc') {
    return this.cards.report(sort, dir === 'desc' ? 'DESC' : 'ASC');
  }

  @Post(':id/pin')
  async setPin(@CurrentUser() user: SessionUser, @Param('id', ParseIntPipe) id: number, @Body() body: PinDto) {
    await this.cards.setPin(user.id, id, body.pin);
  }

  @Post(':id/unlock')
  @UseGuards(ThrottlerGuard)
  unlock(@CurrentUser() user: SessionUser, @Param('id', ParseIntPipe) id: number, @Body() body: PinDto) {
    return this.cards.unlock(user.id, id, body.pin);
  }

  @Post(':id/spend')
  @Roles('staff')
  async spend(@Param('id', ParseIntPipe) id: number, @Body() body: SpendDto) {
    await this.cards.spend(id, body.cents);
  }

  @Post(':id/block')
  async block(@CurrentUser() user: SessionUser, @Param('id', ParseIntPipe) id: number, @Body() body: BlockDto) {
    await this.cards.block(user.id, id, body.email);
  }
}
