import request from 'supertest';
import { describe, expect, it, vi } from 'vitest';

vi.mock('../src/http/rate-limits.js', () => ({
  signInLimiter: (_req: unknown, _res: unknown, next: () => void) => next(),
  apiLimiter: (_req: unknown, _res: unknown, next: () => void) => next(),
}));

const { createApp } = await import('../src/app.js');

describe('the app', () => {
  const app = createApp();

  it('is alive', async () => {
    await request(app).get('/livez').expect(200, { ok: true });
  });

  it('asks for a sign-in', async () => {
    const response = await request(app).get('/v1/patients').expect(401);
    expect(response.body.error.code).toBe('unauthorized');
  });

  it('names what is wrong with a body', async () => {
    const password = 'short';
    const response = await request(app).post('/v1/auth/sign-in').send({ email: 'a@b.example', password });
    expect(response.status).toBe(422);
    expect(response.body.error.message).toContain('password.too_short');
  });

  it('answers an unknown route with 404', async () => {
    await request(app).get('/nothing').expect(404);
  });
});
