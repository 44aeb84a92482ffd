import jwt from "jsonwebtoken";
import { PUBLIC_KEYS } from "./public-keys.ts";

const ALGORITHMS: jwt.Algorithm[] = ["ES256"];
export const ISSUER = "market-api";
export const AUDIENCE = "market-sellers";

const SIGN_OPTIONS = {
  algorithm: "ES256",
  expiresIn: "20m",
  issuer: ISSUER,
  audience: AUDIENCE,
} satisfies jwt.SignOptions;

export function issueToken(sellerId: string, privateKey: string, keyid: string): string {
  return jwt.sign({}, privateKey, { ...SIGN_OPTIONS, subject: sellerId, keyid });
}

export function sellerOf(token: string, keys = PUBLIC_KEYS): string | null {
  const kid = jwt.decode(token, { complete: true })?.header.kid;
  if (kid === undefined || !Object.hasOwn(keys, kid)) return null;
  try {
    const claims = jwt.verify(token, keys[kid] as string, { algorithms: ALGORITHMS, issuer: ISSUER, audience: AUDIENCE });
    return typeof claims === "string" ? null : (claims.sub ?? null);
  } catch {
    return null;
  }
}
