import { Module } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import { JwtModule } from '@nestjs/jwt';
import { PassportModule } from '@nestjs/passport';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuthController } from './auth.controller';
import { AuthService } from './auth.service';
import { Customer } from './customer.entity';
import { DeviceTokenService } from './device-token.service';
import { JwtStrategy } from './jwt.strategy';
import { StaffController } from './staff.controller';

@Module({
  imports: [
    PassportModule,
    TypeOrmModule.forFeature([Customer]),
    JwtModule.registerAsync({
      inject: [ConfigService],
      useFactory: (config: ConfigService) => ({
        secret: config.getOrThrow<string>('JWT_SECRET'),
        signOptions: { expiresIn: '20m', algorithm: 'HS256' },
      }),
    }),
  ],
  controllers: [AuthController, StaffController],
  providers: [AuthService, DeviceTokenService, JwtStrategy],
  exports: [AuthService, DeviceTokenService, TypeOrmModule],
})
export class AuthModule {}
