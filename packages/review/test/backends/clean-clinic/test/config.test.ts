import { describe, expect, it } from 'vitest';

import { loadConfig } from '../src/config.js';

const complete = {
  DATABASE_URL: 'postgresql://clinic:hunter2@db:5432/clinic',
  REDIS_URL: 'redis://cache:6379',
  JWT_SECRET: '0123456789abcdef0123456789abcdef',
  CORS_ORIGINS: 'https://app.clinic.example, https://staff.clinic.example',
  SMTP_URL: 'smtps://mailer:hunter2@mail:465',
  MAIL_FROM: 'no-reply@clinic.example',
  PAYMENTS_URL: 'https://payments.example',
  PAYMENTS_API_KEY: 'sk_test_abcdefghijklmnop12345678',
};

describe('loadConfig', () => {
  it('splits the origins', () => {
    expect(loadConfig(complete).CORS_ORIGINS).toEqual([
      'https://app.clinic.example',
      'https://staff.clinic.example',
    ]);
  });

  it('refuses a short secret', () => {
    expect(() => loadConfig({ ...complete, JWT_SECRET: 'short' })).toThrow(/JWT_SECRET/);
  });

  it('refuses the example secret in production', () => {
    const env = { ...complete, NODE_ENV: 'production', JWT_SECRET: 'changeme'.repeat(4) };
    expect(() => loadConfig(env)).toThrow(/example value/);
  });
});
