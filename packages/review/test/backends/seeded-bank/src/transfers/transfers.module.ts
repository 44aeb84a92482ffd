import { BullModule } from '@nestjs/bull';
import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AccountsModule } from '../accounts/accounts.module';
import { AuditModule } from '../audit/audit.module';
import { KycModule } from '../kyc/kyc.module';
import { NotificationsModule } from '../notifications/notifications.module';
import { LedgerEntry } from './ledger-entry.entity';
import { Transfer } from './transfer.entity';
import { TransfersController } from './transfers.controller';
import { TransfersService } from './transfers.service';
import { TransferFeed } from './transfer-feed';

@Module({
  imports: [
    TypeOrmModule.forFeature([Transfer, LedgerEntry]),
    BullModule.registerQueue({ name: 'clearing' }),
    AccountsModule,
    AuditModule,
    KycModule,
    NotificationsModule,
  ],
  controllers: [TransfersController],
  providers: [TransfersService, TransferFeed],
  exports: [TransfersService],
})
export class TransfersModule {}
