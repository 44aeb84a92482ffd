import { envSchema } from '../src/config/env.schema';

const complete = {
  DATABASE_URL: 'postgres://fleet:s3cr3t@db:5432/fleet',
  JWT_SECRET: 'test-secret-test-secret-test-secret',
  DISPATCH_WEBHOOK_URL: 'https://dispatch.example/hooks',
  DISPATCH_WEBHOOK_TOKEN: 'not-a-real-token',
};

describe('envSchema', () => {
  it('fills in defaults', () => {
    const { error, value } = envSchema.validate(complete);
    expect(error).toBeUndefined();
    expect(value.PORT).toBe(8080);
  });

  it('refuses the example secret in production', () => {
    const { error } = envSchema.validate({
      ...complete,
      NODE_ENV: 'production',
      JWT_SECRET: 'changeme-changeme-changeme-changeme',
    });
    expect(error?.message).toContain('JWT_SECRET');
  });
});
