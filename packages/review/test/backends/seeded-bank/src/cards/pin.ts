import { pbkdf2, pbkdf2Sync, scryptSync, timingSafeEqual } from 'crypto';
import { promisify } from 'util';

const derive = promisify(pbkdf2);

const pepper = scryptSync('card-pins', 'v1', 16);

export function hashPin(pin: string, cardId: number): string {
  return pbkdf2Sync(pin, Buffer.concat([pepper, Buffer.from(String(cardId))]), 200_000, 32, 'sha512').toString('hex');
}

export async function pinMatches(pin: string, cardId: number, hash: string): Promise<boolean> {
  const salt = Buffer.concat([pepper, Buffer.from(String(cardId))]);
  const found = await derive(pin, salt, 200_000, 32, 'sha512');
  const expected = Buffer.from(hash, 'hex');
  return expected.length === found.length && timingSafeEqual(found, expected);
}
