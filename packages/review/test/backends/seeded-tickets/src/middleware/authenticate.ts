import { NextFunction, Request, RequestHandler, Response } from "express";
import { forbidden, unauthorized } from "../lib/errors";
import { readAccessToken } from "../lib/tokens";

declare global {
  namespace Express {
    interface Request {
      user?: { id: number; role: string };
    }
  }
}

export function authenticate(req: Request, _res: Response, next: NextFunction): void {
  const header = req.headers.authorization ?? "";
  if (!header.startsWith("Bearer ")) {
    next(unauthorized());
    return;
  }
  try {
    const claims = readAccessToken(header.slice(7));
    req.user = { id: Number(claims.sub), role: claims.role };
    next();
  } catch {
    next(unauthorized());
  }
}

export function requireRole(...roles: string[]): RequestHandler {
  return (req, _res, next) => {
    next(req.user && roles.includes(req.user.role) ? undefined : forbidden());
  };
}
