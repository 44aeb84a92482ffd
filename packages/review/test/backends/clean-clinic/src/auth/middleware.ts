import type { Role } from '@prisma/client';
import type { Request, RequestHandler } from 'express';

import { forbidden, unauthorized } from '../lib/errors.js';
import { verifyAccessToken, type Auth } from './tokens.js';

const BEARER = /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/;

const authByRequest = new WeakMap<Request, Auth>();

export const requireAuth: RequestHandler = async (req, _res, next) => {
  const token = BEARER.exec(req.get('authorization') ?? '')?.[1];
  const auth = token ? await verifyAccessToken(token) : null;
  if (!auth) throw unauthorized();
  authByRequest.set(req, auth);
  next();
};

export function authOf(req: Request): Auth {
  const auth = authByRequest.get(req);
  if (!auth) throw unauthorized();
  return auth;
}

export function requireRole(...roles: Role[]): RequestHandler {
  return (req, _res, next) => {
    if (!roles.includes(authOf(req).role)) throw forbidden();
    next();
  };
}
