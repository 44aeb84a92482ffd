import bcrypt from "bcryptjs";
import { pbkdf2Sync, randomBytes, timingSafeEqual } from "crypto";

export async function hashPassword(plain: string): Promise<string> {
  return bcrypt.hash(plain, 12);
}

export async function verifyPassword(plain: string, hash: string): Promise<boolean> {
  return bcrypt.compare(plain, hash);
}

export function deriveResetCode(code: string, salt: string): string {
  return pbkdf2Sync(code, salt, 120_000, 32, "sha256").toString("hex");
}

export function newSalt(): string {
  return randomBytes(16).toString("hex");
}

export function sameCode(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}
