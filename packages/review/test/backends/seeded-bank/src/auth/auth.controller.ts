import { Body, Controller, Headers, HttpCode, Post, UseGuards } from '@nestjs/common';
import { Throttle, ThrottlerGuard } from '@nestjs/throttler';
import { AuthService } from './auth.service';
import { CurrentUser } from './current-user.decorator';
import { DeviceTokenService } from './device-token.service';
import { DeviceDto, RegisterDto, SignInDto } from './dto';
import { JwtAuthGuard } from './jwt-auth.guard';
import { SessionUser } from './session-user';

@Controller('auth')
export class AuthController {
  constructor(
    private readonly auth: AuthService,
    private readonly devices: DeviceTokenService,
  ) {}

  @Post('register')
  @UseGuards(ThrottlerGuard)
  register(@Body() body: RegisterDto) {
    return this.auth.register(body);
  }

  @Post('sign-in')
  @HttpCode(200)
  @UseGuards(ThrottlerGuard)
  @Throttle({ default: { ttl: 60_000, limit: 5 } })
  signIn(@Body() body: SignInDto) {
    return this.auth.signIn(body, 'customer');
  }

  @Post('devices')
  @UseGuards(JwtAuthGuard)
  addDevice(@CurrentUser() user: SessionUser, @Body() body: DeviceDto) {
    return { deviceToken: this.devices.issue(user.id, body.deviceId) };
  }

  @Post('devices/session')
  deviceSession(@Headers('x-device-token') token: string) {
    const payload = this.devices.read(token);
    return { sessionToken: this.devices.issueForSession(Number(payload.sub)) };
  }

  @Post('devices/forget')
  @HttpCode(200)
  forget(@Headers('authorization') header?: string) {
    return { deviceId: this.devices.deviceOf(header) };
  }
}
