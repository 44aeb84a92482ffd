import { prisma } from "../db";
import { conflict } from "../lib/errors";
import { enqueueMail } from "../lib/queue";

export const waitlistService = {
  async join(eventId: number, userId: number) {
    const existing = await prisma.waitlistEntry.findFirst({ where: { eventId, userId } });
    if (existing) throw conflict("you are on the list already");
    const ahead = await prisma.waitlistEntry.count({ where: { eventId } });
    return prisma.waitlistEntry.create({ data: { eventId, userId, position: ahead + 1 } });
  },

  async offerNext(eventId: number) {
    const next = await prisma.waitlistEntry.findFirst({
      where: { eventId },
      orderBy: { position: "asc" },
      include: { user: true, event: true },
    });
    if (!next) return;
    await enqueueMail(next.user.email, `A seat for ${next.event.title}`, "A seat is free again. Be quick.");
    await prisma.waitlistEntry.delete({ where: { id: next.id } });
  },

  async clear(eventId: number) {
    await prisma.waitlistEntry.deleteMany({ where: { eventId } });
  },

  async positions(userId: number) {
    return prisma.waitlistEntry.findMany({ where: { userId }, take: 50, orderBy: { id: "desc" } });
  },
};
