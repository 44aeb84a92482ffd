import { unauthorized } from '../lib/errors.js';
import { prisma, type Db } from '../lib/prisma.js';
import { inTransaction } from '../lib/transaction.js';
import { verifyPassword } from './passwords.js';
import { hashToken, newRefreshToken, signAccessToken, type Auth } from './tokens.js';

export interface TokenPair {
  accessToken: string;
  refreshToken: string;
}

async function storeRefreshToken(db: Db, userId: string): Promise<string> {
  const { token, tokenHash, expiresAt } = newRefreshToken();
  await db.refreshToken.create({ data: { userId, tokenHash, expiresAt } });
  return token;
}

export async function signIn(email: string, password: string): Promise<TokenPair> {
  const user = await prisma.user.findUnique({ where: { email: email.toLowerCase() } });
  const matches = await verifyPassword(user?.passwordHash, password);
  if (!user || !matches || user.disabledAt) throw unauthorized('Wrong email or password');
  const auth: Auth = { userId: user.id, clinicId: user.clinicId, role: user.role };
  const [accessToken, refreshToken] = await Promise.all([
    signAccessToken(auth),
    storeRefreshToken(prisma, user.id),
  ]);
  return { accessToken, refreshToken };
}

export async function rotate(refreshToken: string): Promise<TokenPair> {
  const tokenHash = hashToken(refreshToken);
  const { auth, nextToken } = await inTransaction(async ({ db }) => {
    const { count } = await db.refreshToken.updateMany({
      where: { tokenHash, revokedAt: null, expiresAt: { gt: new Date() } },
      data: { revokedAt: new Date() },
    });
    if (count !== 1) throw unauthorized('The session has ended');
    const { user } = await db.refreshToken.findUniqueOrThrow({
      where: { tokenHash },
      select: { user: { select: { id: true, clinicId: true, role: true, disabledAt: true } } },
    });
    if (user.disabledAt) throw unauthorized('The session has ended');
    return {
      auth: { userId: user.id, clinicId: user.clinicId, role: user.role },
      nextToken: await storeRefreshToken(db, user.id),
    };
  });
  return { accessToken: await signAccessToken(auth), refreshToken: nextToken };
}

export async function signOut(refreshToken: string): Promise<void> {
  await prisma.refreshToken.updateMany({
    where: { tokenHash: hashToken(refreshToken), revokedAt: null },
    data: { revokedAt: new Date() },
  });
}
