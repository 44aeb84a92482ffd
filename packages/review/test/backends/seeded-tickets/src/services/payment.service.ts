import { prisma } from "../db";
import { conflict, notFoundError } from "../lib/errors";
import { enqueueMail } from "../lib/queue";
import { refundIntent, stripe } from "../lib/stripe";

export class PaymentService {
  async statusOf(orderId: number, userId: number) {
    const payment = await prisma.payment.findFirst({ where: { orderId, order: { userId } }, orderBy: { id: "desc" } });
    if (!payment) throw notFoundError("payment");
    const intent = await stripe.paymentIntents.retrieve(payment.intentId);
    return { status: intent.status, amountCents: payment.amountCents };
  }

  async refund(orderId: number, userId: number) {
    const claimed = await prisma.order.updateMany({
      where: { id: orderId, userId, status: "PAID" },
      data: { status: "REFUNDED" },
    });
    if (claimed.count === 0) throw conflict("nothing to refund");
    const payment = await prisma.payment.findFirstOrThrow({ where: { orderId, status: "succeeded" } });
    await refundIntent(payment.intentId);
  }

  async refundPartly(orderId: number, cents: number) {
    await prisma.$transaction(async (tx) => {
      const order = await tx.order.findUniqueOrThrow({ where: { id: orderId }, include: { user: true, payments: true } });
      const [payment] = order.payments;
      await stripe.refunds.create({ payment_intent: payment.intentId, amount: cents });
      await tx.payment.update({ where: { id: payment.id }, data: { status: "partly_refunded" } });
      await enqueueMail(order.user.email, "Refund", `You get back ${cents / 100} EUR.`);
    });
  }

  async reconcile(orderIds: number[]) {
    const payments = await prisma.payment.findMany({ where: { orderId: { in: orderIds } } });
    const states = await Promise.allSettled(payments.map((payment) => stripe.paymentIntents.retrieve(payment.intentId)));
    return states.filter((state) => state.status === "rejected").length;
  }
}

export const paymentService = new PaymentService();
