import { createHash, randomBytes } from 'node:crypto';

import { Role } from '@prisma/client';
import { SignJWT, jwtVerify } from 'jose';
import { z } from 'zod';

import { config } from '../config.js';

const ALGORITHM = 'HS256';
const VERIFY_OPTIONS = {
  algorithms: [ALGORITHM],
  issuer: 'clinic-api',
  audience: 'clinic-web',
};
const ACCESS_TOKEN_TTL = '15m';
const REFRESH_TOKEN_TTL_MS = 14 * 24 * 60 * 60 * 1000;

const key = new TextEncoder().encode(config.JWT_SECRET);

const claims = z.object({ sub: z.uuid(), clinic: z.uuid(), role: z.enum(Role) });

export interface Auth {
  userId: string;
  clinicId: string;
  role: Role;
}

export function signAccessToken(auth: Auth): Promise<string> {
  return new SignJWT({ clinic: auth.clinicId, role: auth.role })
    .setProtectedHeader({ alg: ALGORITHM })
    .setSubject(auth.userId)
    .setIssuer(VERIFY_OPTIONS.issuer)
    .setAudience(VERIFY_OPTIONS.audience)
    .setIssuedAt()
    .setExpirationTime(ACCESS_TOKEN_TTL)
    .sign(key);
}

export async function verifyAccessToken(token: string): Promise<Auth | null> {
  try {
    const { payload } = await jwtVerify(token, key, VERIFY_OPTIONS);
    const { sub, clinic, role } = claims.parse(payload);
    return { userId: sub, clinicId: clinic, role };
  } catch {
    return null;
  }
}

export const hashToken = (token: string) => createHash('sha256').update(token).digest('hex');

export function newRefreshToken() {
  const token = randomBytes(32).toString('base64url');
  return {
    token,
    tokenHash: hashToken(token),
    expiresAt: new Date(Date.now() + REFRESH_TOKEN_TTL_MS),
  };
}
