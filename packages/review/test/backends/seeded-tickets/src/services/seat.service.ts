import { prisma, Tx } from "../db";
import { conflict } from "../lib/errors";
import { config } from "../config";

export class SeatService {
  async map(eventId: number) {
    return prisma.seat.findMany({
      where: { eventId },
      select: { id: true, label: true, status: true },
      orderBy: { label: "asc" },
    });
  }

  async hold(userId: number, seatId: number): Promise<Date> {
    const seat = await prisma.seat.findUniqueOrThrow({ where: { id: seatId } });
    if (seat.status !== "free" && (seat.heldUntil ?? new Date()) > new Date()) {
      throw conflict("somebody else holds this seat");
    }
    const heldUntil = new Date(Date.now() + config.holdMinutes * 60_000);
    await prisma.seat.update({ where: { id: seatId }, data: { status: "held", heldBy: userId, heldUntil } });
    return heldUntil;
  }

  async holdMany(userId: number, seatIds: number[]): Promise<Date> {
    const heldUntil = new Date(Date.now() + config.holdMinutes * 60_000);
    await prisma.$transaction(async (tx) => {
      const { count } = await tx.seat.updateMany({
        where: { id: { in: seatIds }, status: "free" },
        data: { status: "held", heldBy: userId, heldUntil },
      });
      if (count !== seatIds.length) throw conflict("a seat is taken");
    });
    return heldUntil;
  }

  async assign(tx: Tx, orderId: number, userId: number, seatIds: number[]): Promise<void> {
    const { count } = await tx.seat.updateMany({
      where: { id: { in: seatIds }, heldBy: userId, status: "held", heldUntil: { gt: new Date() } },
      data: { status: "sold", orderId, heldUntil: null },
    });
    if (count !== seatIds.length) throw conflict("your hold has ended");
  }

  async release(orderId: number): Promise<void> {
    await prisma.seat.updateMany({
      where: { orderId },
      data: { status: "free", orderId: null, heldBy: null, heldUntil: null },
    });
  }

  async relabel(changes: { id: number; label: string }[]): Promise<void> {
    await Promise.all(changes.map(({ id, label }) => prisma.seat.update({ where: { id }, data: { label } })));
  }

  async releaseExpired(): Promise<number> {
    const { count } = await prisma.seat.updateMany({
      where: { status: "held", heldUntil: { lt: new Date() } },
      data: { status: "free", heldBy: null, heldUntil: null },
    });
    return count;
  }
}

export const seatService = new SeatService();
