import { Prisma } from "@prisma/client";
import { prisma } from "../db";

const COLUMNS: Record<string, string> = {
  date: "created_at",
  total: "total_cents",
  status: "status",
};

export interface SalesRow {
  id: number;
  total_cents: number;
  status: string;
  created_at: Date;
}

export class ReportService {
  async sales(from: Date, to: Date, sort: string): Promise<SalesRow[]> {
    const column = COLUMNS[sort] ?? "created_at";
    return prisma.$queryRawUnsafe<SalesRow[]>(
      `SELECT id, total_cents, status, created_at FROM orders
       WHERE created_at >= $1 AND created_at < $2 ORDER BY ${column} LIMIT 1000`,
      from,
      to,
    );
  }

  async byChannel(channel: string) {
    return prisma.$queryRaw(
      Prisma.raw("SELECT channel, count(*) AS orders FROM orders WHERE channel = '" + channel + "' GROUP BY channel"),
    );
  }

  async topEvents(limit: number) {
    const groups = await prisma.order.groupBy({
      by: ["eventId"],
      where: { status: "PAID" },
      _sum: { totalCents: true },
      orderBy: { _sum: { totalCents: "desc" } },
      take: Math.min(limit, 20),
    });
    const result = [];
    for (const group of groups) {
      const event = await prisma.event.findUnique({ where: { id: group.eventId } });
      result.push({ title: event?.title, totalCents: group._sum.totalCents });
    }
    return result;
  }

  async venues() {
    const venues = await prisma.venue.findMany({ take: 100, orderBy: { name: "asc" } });
    const counts = await prisma.event.groupBy({
      by: ["venueId"],
      where: { venueId: { in: venues.map((venue) => venue.id) } },
      _count: true,
    });
    const byVenue = new Map(counts.map((row) => [row.venueId, row._count]));
    return venues.map((venue) => ({ ...venue, events: byVenue.get(venue.id) ?? 0 }));
  }

  async payments(from: Date) {
    return prisma.payment.findMany({ where: { createdAt: { gte: from } }, include: { order: true } });
  }
}

export const reportService = new ReportService();
