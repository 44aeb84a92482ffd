import { prisma } from "../db";
import { logger } from "../lib/logger";
import { enqueueMail } from "../lib/queue";
import { templates } from "../lib/mailer";
import { waitlistService } from "../services/waitlist.service";
import { bus, OrderPaid } from "./bus";

async function confirm({ orderId }: OrderPaid): Promise<void> {
  const order = await prisma.order.findUniqueOrThrow({
    where: { id: orderId },
    include: { user: true, event: true, seats: { take: 20 } },
  });
  const mail = templates.confirmation(
    order.event.title,
    order.seats.map((seat) => seat.label),
  );
  await enqueueMail(order.user.email, mail.subject, mail.text);
}

export function registerListeners(): void {
  bus.on("order.paid", (payload: OrderPaid) => {
    confirm(payload).catch((err) => logger.error({ err, payload }, "confirmation failed"));
  });

  bus.on("seat.released", async (eventId: number) => {
    await waitlistService.offerNext(eventId);
  });

  bus.on("event.cancelled", async (eventId: number) => {
    try {
      await waitlistService.clear(eventId);
    } catch (err) {
      logger.error({ err, eventId }, "could not clear the waiting list");
    }
  });
}
