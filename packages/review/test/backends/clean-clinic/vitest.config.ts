import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    environment: 'node',
    env: {
      NODE_ENV: 'test',
      DATABASE_URL: 'postgresql://postgres:postgres@localhost:5432/postgres',
      REDIS_URL: 'redis://localhost:6379',
      JWT_SECRET: 'test-secret-test-secret-test-secret-test',
      CORS_ORIGINS: 'http://localhost:5173',
      SMTP_URL: 'smtp://user:pass@localhost:1025',
      MAIL_FROM: 'no-reply@clinic.example',
      PAYMENTS_URL: 'http://localhost:4010',
      PAYMENTS_API_KEY: 'sk_test_000000000000000000000000',
    },
  },
});
