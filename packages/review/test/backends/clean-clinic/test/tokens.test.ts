import { SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';

import { hashToken, newRefreshToken, signAccessToken, verifyAccessToken } from '../src/auth/tokens.js';

const auth = {
  userId: '6f1c3a52-8a57-4a6c-9d0b-3f6a3a1d2b11',
  clinicId: '0b0a7c39-5c9f-4c9f-8f0e-0f4f2f4e7d55',
  role: 'RECEPTION' as const,
};

describe('access tokens', () => {
  it('round-trip', async () => {
    expect(await verifyAccessToken(await signAccessToken(auth))).toEqual(auth);
  });

  it('are refused when signed with another key', async () => {
    const other = new TextEncoder().encode('another-secret-another-secret-another-secret');
    const forged = await new SignJWT({ clinic: auth.clinicId, role: auth.role })
      .setProtectedHeader({ alg: 'HS256' })
      .setSubject(auth.userId)
      .setIssuer('clinic-api')
      .setAudience('clinic-web')
      .setExpirationTime('5m')
      .sign(other);
    expect(await verifyAccessToken(forged)).toBeNull();
  });

  it('are refused when malformed', async () => {
    expect(await verifyAccessToken('eyJhbGciOiJub25lIn0.e30.')).toBeNull();
  });
});

describe('refresh tokens', () => {
  it('are stored as a hash only', () => {
    const { token, tokenHash } = newRefreshToken();
    expect(hashToken(token)).toBe(tokenHash);
    expect(tokenHash).not.toContain(token);
  });

  it('hash to what they always did', () => {
    expect(hashToken('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  });
});
