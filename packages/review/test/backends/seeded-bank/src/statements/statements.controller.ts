import { Body, Controller, Get, Header, Param, ParseIntPipe, Post, Query, StreamableFile, UseGuards } from '@nestjs/common';
import { ArrayMaxSize, IsDateString } from 'class-validator';
import { AccountsService } from '../accounts/accounts.service';
import { CurrentUser } from '../auth/current-user.decorator';
import { JwtAuthGuard } from '../auth/jwt-auth.guard';
import { SessionUser } from '../auth/session-user';
import { StatementsService } from './statements.service';

class DaysDto {
  @IsDateString({}, { each: true })
  @ArrayMaxSize(31)
  days: string[];
}

@Controller('accounts/:id/statements')
@UseGuards(JwtAuthGuard)
export class StatementsController {
  constructor(
    private readonly statements: StatementsService,
    private readonly accounts: AccountsService,
  ) {}

  @Get(':year/:month')
  @Header('content-type', 'text/html')
  monthly(
    @CurrentUser() user: SessionUser,
    @Param('id', ParseIntPipe) id: number,
    @Param('year', ParseIntPipe) year: number,
    @Param('month', ParseIntPipe) month: number,
    @Query('language') language = 'en',
  ) {
    return this.statements.monthly(user.id, id, year, month, language);
  }

  @Get('complete')
  async complete(@CurrentUser() user: SessionUser, @Param('id', ParseIntPipe) id: number) {
    return new StreamableFile(await this.statements.complete(user.id, id));
  }

  @Get('archive')
  async archive(@CurrentUser() user: SessionUser, @Param('id', ParseIntPipe) id: number, @Query('after') after = '0') {
    return new StreamableFile(await this.statements.archived(user.id, id, after));
  }

  @Get('total')
  async total(@CurrentUser() user: SessionUser, @Param('id', ParseIntPipe) id: number) {
    await this.accounts.owned(user.id, id);
    return { total: await this.statements.totals(id, 'amount_cents') };
  }

  @Post('days')
  async days(@CurrentUser() user: SessionUser, @Param('id', ParseIntPipe) id: number, @Body() body: DaysDto) {
    await this.accounts.owned(user.id, id);
    return this.statements.perDay(id, body.days);
  }
}
