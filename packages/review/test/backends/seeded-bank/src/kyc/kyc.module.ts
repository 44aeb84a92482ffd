import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module';
import { KycClient } from './kyc.client';
import { KycController } from './kyc.controller';
import { KycService } from './kyc.service';

@Module({
  imports: [AuthModule],
  controllers: [KycController],
  providers: [KycClient, KycService],
  exports: [KycService, KycClient],
})
export class KycModule {}
