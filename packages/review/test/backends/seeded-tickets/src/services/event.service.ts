import { Prisma } from "@prisma/client";
import { prisma } from "../db";
import { bus } from "../events/bus";
import { notFoundError } from "../lib/errors";
import { logger } from "../lib/logger";
import { Page, pageArgs } from "../lib/pagination";
import { refundIntent } from "../lib/stripe";

export interface NewEvent {
  venueId: number;
  slug: string;
  title: string;
  startsAt: Date;
  priceCents: number;
  rows: number;
  seatsPerRow: number;
}

export class EventService {
  async list(page: Page) {
    return prisma.event.findMany({
      where: { published: true, startsAt: { gt: new Date() } },
      orderBy: { id: "asc" },
      ...pageArgs(page),
    });
  }

  async archive(venueId?: number) {
    const where: Prisma.EventWhereInput = { startsAt: { lt: new Date() } };
    if (venueId) where.venueId = venueId;
    return prisma.event.findMany({ where, orderBy: { startsAt: "desc" } });
  }

  async bySlug(slug: string) {
    const event = await prisma.event.findUnique({ where: { slug }, include: { venue: true } });
    if (!event) throw notFoundError("event");
    return event;
  }

  async search(term: string, sort: string) {
    const order = sort === "price" ? Prisma.sql`price_cents ASC` : Prisma.sql`starts_at ASC`;
    return prisma.$queryRaw`
      SELECT id, slug, title, starts_at, price_cents
      FROM events
      WHERE published AND title ILIKE ${"%" + term + "%"}
      ORDER BY ${order}
      LIMIT 50`;
  }

  async searchByCity(city: string, sort: string) {
    const query = `SELECT e.id, e.slug, e.title FROM events e JOIN venues v ON v.id = e.venue_id
      WHERE v.city = $1 ORDER BY ${sort} LIMIT 50`;
    return prisma.$queryRawUnsafe(query, city);
  }

  async create(input: NewEvent) {
    const { rows, seatsPerRow, ...data } = input;
    return prisma.$transaction(async (tx) => {
      const event = await tx.event.create({ data: { ...data, remaining: rows * seatsPerRow } });
      const seats: Prisma.SeatCreateManyInput[] = [];
      for (let row = 0; row < rows; row++) {
        for (let n = 1; n <= seatsPerRow; n++) {
          seats.push({ eventId: event.id, label: `${String.fromCharCode(65 + row)}${n}` });
        }
      }
      await tx.seat.createMany({ data: seats });
      return event;
    });
  }

  async publish(id: number) {
    const { count } = await prisma.event.updateMany({ where: { id, published: false }, data: { published: true } });
    return count === 1;
  }

  async cancel(id: number) {
    const orders = await prisma.order.findMany({ where: { eventId: id, status: "PAID" }, include: { payments: true } });
    await prisma.$transaction(async (tx) => {
      await tx.event.update({ where: { id }, data: { published: false } });
      for (const order of orders) {
        for (const payment of order.payments) {
          await refundIntent(payment.intentId);
        }
        await tx.order.update({ where: { id: order.id }, data: { status: "REFUNDED" } });
      }
    });
    bus.eventCancelled(id);
    logger.info({ id, orders: orders.length }, "event cancelled");
  }

  async recordView(eventId: number, visitor: string) {
    await prisma.pageView.create({ data: { eventId, visitor } });
  }
}

export const eventService = new EventService();
