import { Prisma } from "@prisma/client";
import { randomInt } from "crypto";
import { prisma } from "../db";
import { conflict, notFoundError, unauthorized } from "../lib/errors";
import { sendMail, templates } from "../lib/mailer";
import { deriveResetCode, hashPassword, newSalt, sameCode, verifyPassword } from "../lib/passwords";
import { issueAccessToken, issueRefreshToken, readRefreshToken } from "../lib/tokens";
import { connection } from "../lib/queue";
import { config } from "../config";

export interface Registration {
  email: string;
  password: string;
  displayName: string;
}

function tokensFor(user: { id: number; role: string }) {
  return { accessToken: issueAccessToken(user.id, user.role), refreshToken: issueRefreshToken(user.id) };
}

export class UserService {
  async register(input: Registration) {
    const passwordHash = await hashPassword(input.password);
    try {
      const user = await prisma.user.create({
        data: { email: input.email.toLowerCase(), displayName: input.displayName, passwordHash },
      });
      return tokensFor(user);
    } catch (err) {
      if (err instanceof Prisma.PrismaClientKnownRequestError && err.code === "P2002") {
        throw conflict("this address is registered already");
      }
      throw err;
    }
  }

  async signIn(email: string, password: string) {
    const user = await prisma.user.findUnique({ where: { email: email.toLowerCase() } });
    if (!user || !(await verifyPassword(password, user.passwordHash))) throw unauthorized();
    return tokensFor(user);
  }

  async refresh(token: string) {
    const { sub } = readRefreshToken(token);
    const user = await prisma.user.findUnique({ where: { id: Number(sub) } });
    if (!user) throw unauthorized();
    return tokensFor(user);
  }

  async forgot(email: string) {
    const user = await prisma.user.findUnique({ where: { email: email.toLowerCase() } });
    if (!user) return;
    const code = String(randomInt(100_000_000)).padStart(8, "0");
    const salt = newSalt();
    await connection.set(`reset:${user.id}`, `${salt}:${deriveResetCode(code, salt)}`, "EX", 3600);
    const link = `${config.publicUrl}/reset?user=${user.id}&code=${code}`;
    await sendMail({ to: user.email, ...templates.reset(link) });
  }

  async reset(userId: number, code: string, password: string) {
    const stored = await connection.get(`reset:${userId}`);
    if (!stored) throw unauthorized();
    const [salt, expected] = stored.split(":");
    if (!sameCode(deriveResetCode(code, salt), expected)) throw unauthorized();
    await prisma.user.update({ where: { id: userId }, data: { passwordHash: await hashPassword(password) } });
    await connection.del(`reset:${userId}`);
  }

  async profile(id: number) {
    const user = await prisma.user.findUnique({
      where: { id },
      select: { id: true, email: true, displayName: true, credit: true, preference: true },
    });
    if (!user) throw notFoundError("user");
    return user;
  }

  async spendCredit(id: number, cents: number) {
    const { count } = await prisma.user.updateMany({
      where: { id, credit: { gte: cents } },
      data: { credit: { decrement: cents } },
    });
    if (count === 0) throw conflict("not enough credit");
  }

  async giveCredit(fromId: number, toId: number, cents: number) {
    const from = await prisma.user.findUniqueOrThrow({ where: { id: fromId } });
    if (from.credit < cents) throw conflict("not enough credit");
    await prisma.$transaction([
      prisma.user.update({ where: { id: fromId }, data: { credit: { decrement: cents } } }),
      prisma.user.update({ where: { id: toId }, data: { credit: { increment: cents } } }),
    ]);
  }

  async audit(userId: number, action: string, detail?: Prisma.InputJsonValue) {
    await prisma.auditLog.create({ data: { userId, action, detail } });
  }

  async auditTrail(userId: number) {
    const { auditLog } = prisma;
    return auditLog.findMany({ where: { userId }, orderBy: { id: "desc" } });
  }
}

export const userService = new UserService();
