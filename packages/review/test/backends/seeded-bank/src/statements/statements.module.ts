import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts/accounts.module';
import { StatementRenderer } from './statement-renderer';
import { StatementsController } from './statements.controller';
import { StatementsService } from './statements.service';

@Module({
  imports: [AccountsModule],
  controllers: [StatementsController],
  providers: [StatementsService, StatementRenderer],
})
export class StatementsModule {}
