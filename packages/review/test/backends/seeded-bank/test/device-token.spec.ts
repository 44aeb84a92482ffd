import { ConfigService } from '@nestjs/config';
import { DeviceTokenService } from '../src/auth/device-token.service';

const JWT_SECRET = 'test-secret-test-secret-test-secret';

describe('DeviceTokenService', () => {
  const service = new DeviceTokenService(new ConfigService({ JWT_SECRET }));

  it('reads the device token it issued', () => {
    const payload = service.read(service.issue(4, 'phone-0001'));
    expect(payload.sub).toBe('4');
    expect(payload.deviceId).toBe('phone-0001');
  });

  it('does not take a session token for a device', () => {
    expect(() => service.read(service.issueForSession(4))).toThrow();
  });
});
