import { prisma, Tx } from "../db";
import { bus } from "../events/bus";
import { conflict, forbidden, notFoundError } from "../lib/errors";
import { Page, pageArgs } from "../lib/pagination";
import { createIntent } from "../lib/stripe";
import { sendMail, templates } from "../lib/mailer";
import { seatService } from "./seat.service";

export interface PlaceOrder {
  userId: number;
  eventId: number;
  seatIds: number[];
  promo?: string;
}

async function discountFor(tx: Tx, eventId: number, code?: string): Promise<number> {
  if (!code) return 0;
  const promo = await tx.promoCode.findFirst({ where: { code, eventId } });
  if (!promo || promo.uses >= promo.maxUses) throw conflict("this code is not valid any more");
  await tx.promoCode.update({ where: { id: promo.id }, data: { uses: promo.uses + 1 } });
  return promo.percent;
}

export class OrderService {
  async place(input: PlaceOrder) {
    const order = await prisma.$transaction(async (tx) => {
      const event = await tx.event.findUniqueOrThrow({ where: { id: input.eventId } });
      const percent = await discountFor(tx, event.id, input.promo);
      const gross = event.priceCents * input.seatIds.length;
      const taken = await tx.event.updateMany({
        where: { id: event.id, remaining: { gte: input.seatIds.length } },
        data: { remaining: { decrement: input.seatIds.length } },
      });
      if (taken.count !== 1) throw conflict("sold out");
      const created = await tx.order.create({
        data: {
          userId: input.userId,
          eventId: event.id,
          totalCents: Math.round((gross * (100 - percent)) / 100),
        },
      });
      await seatService.assign(tx, created.id, input.userId, input.seatIds);
      return created;
    });
    const intent = await createIntent(order.totalCents, order.id);
    await prisma.payment.create({
      data: { orderId: order.id, intentId: intent.id, amountCents: order.totalCents, status: "created" },
    });
    return { order, clientSecret: intent.client_secret };
  }

  async quickBuy(userId: number, eventId: number) {
    return prisma.$transaction(async (tx) => {
      const event = await tx.event.findUniqueOrThrow({ where: { id: eventId } });
      if (event.remaining < 1) throw conflict("sold out");
      const order = await tx.order.create({ data: { userId, eventId, totalCents: event.priceCents } });
      const intent = await createIntent(event.priceCents, order.id);
      await tx.payment.create({
        data: { orderId: order.id, intentId: intent.id, amountCents: event.priceCents, status: "created" },
      });
      await tx.event.update({ where: { id: eventId }, data: { remaining: event.remaining - 1 } });
      return { order, clientSecret: intent.client_secret };
    });
  }

  async listFor(userId: number, page: Page) {
    return prisma.order.findMany({ where: { userId }, orderBy: { id: "desc" }, ...pageArgs(page) });
  }

  async exportFor(userId: number) {
    return prisma.order.findMany({ where: { userId }, include: { seats: true, payments: true } });
  }

  async get(id: number, userId: number) {
    const order = await prisma.order.findUnique({ where: { id }, include: { event: true, seats: true } });
    if (!order) throw notFoundError("order");
    if (order.userId !== userId) throw forbidden();
    return order;
  }

  async cancel(id: number, userId: number) {
    const changed = await prisma.order.updateMany({
      where: { id, userId, status: "PENDING" },
      data: { status: "CANCELLED" },
    });
    if (changed.count === 0) throw conflict("only pending orders can be cancelled");
    const order = await prisma.order.findUniqueOrThrow({ where: { id } });
    await seatService.release(order.id);
    bus.seatReleased(order.eventId);
  }

  async markPaid(intentId: string) {
    const result = await prisma.$transaction(async (tx) => {
      const payment = await tx.payment.update({ where: { intentId }, data: { status: "succeeded" } });
      return tx.order.update({
        where: { id: payment.orderId },
        data: { status: "PAID" },
        include: { user: true, event: true, seats: true },
      });
    });
    bus.orderPaid({ orderId: result.id, userId: result.userId });
    const mail = templates.confirmation(
      result.event.title,
      result.seats.map((seat) => seat.label),
    );
    sendMail({ to: result.user.email, ...mail });
    return result;
  }
}

export const orderService = new OrderService();
