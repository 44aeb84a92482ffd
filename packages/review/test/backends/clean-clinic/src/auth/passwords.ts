import argon2 from 'argon2';

const UNKNOWN_USER_HASH =
  '$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHRzYWx0c2FsdA$3G1iwU6b8o8Qk1cZbT0uPKu0Q3rj5vQ6hKqzq0gk1gE';

export const hashPassword = (password: string) =>
  argon2.hash(password, { type: argon2.argon2id, memoryCost: 19_456, timeCost: 2, parallelism: 1 });

export async function verifyPassword(hash: string | undefined, password: string): Promise<boolean> {
  const matches = await argon2.verify(hash ?? UNKNOWN_USER_HASH, password);
  return matches && hash !== undefined;
}
