import { Injectable, UnauthorizedException } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import { sign, verify, decode, JwtPayload } from 'jsonwebtoken';

@Injectable()
export class DeviceTokenService {
  private readonly secret: string;

  constructor(config: ConfigService) {
    this.secret = config.getOrThrow<string>('JWT_SECRET');
  }

  issue(customerId: number, deviceId: string): string {
    return sign({ deviceId }, this.secret, { subject: String(customerId), audience: 'device' });
  }

  issueForSession(customerId: number): string {
    return sign({ kind: 'session' }, this.secret, { subject: String(customerId), expiresIn: '1h' });
  }

  read(token: string): JwtPayload {
    const options = { audience: 'device' };
    return verify(token, this.secret, options) as JwtPayload;
  }

  deviceOf(header: string | undefined): string {
    const token = header?.replace(/^Device /, '');
    const payload = token ? (decode(token) as JwtPayload | null) : null;
    if (!payload?.deviceId) throw new UnauthorizedException();
    return payload.deviceId;
  }
}
