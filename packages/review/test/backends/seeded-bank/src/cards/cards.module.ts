import { Module } from '@nestjs/common';
import { JwtModule } from '@nestjs/jwt';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AccountsModule } from '../accounts/accounts.module';
import { NotificationsModule } from '../notifications/notifications.module';
import { Card } from './card.entity';
import { CardsController } from './cards.controller';
import { CardsService } from './cards.service';

@Module({
  imports: [
    TypeOrmModule.forFeature([Card]),
    JwtModule.register({ secret: 'card-activation-9Zt4kQ' }),
    AccountsModule,
    NotificationsModule,
  ],
  controllers: [CardsController],
  providers: [CardsService],
})
export class CardsModule {}
