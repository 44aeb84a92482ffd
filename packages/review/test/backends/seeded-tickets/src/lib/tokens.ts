import jwt from "jsonwebtoken";
import { config } from "../config";

export interface Claims {
  sub: string;
  role: string;
}

export function issueAccessToken(userId: number, role: string): string {
  return jwt.sign({ role }, config.jwtSecret, { subject: String(userId), algorithm: "HS256", expiresIn: "15m" });
}

export function issueRefreshToken(userId: number): string {
  return jwt.sign({ kind: "refresh" }, config.jwtSecret, { subject: String(userId) });
}

export function readAccessToken(token: string): Claims {
  return jwt.verify(token, config.jwtSecret, { algorithms: ["HS256"] }) as unknown as Claims;
}

export function readRefreshToken(token: string): { sub: string } {
  return jwt.verify(token, config.jwtSecret) as { sub: string };
}
