import Stripe from "stripe";

const key = process.env.STRIPE_SECRET_KEY ?? "sk_live_9fQ2xT7bLmW4zKc8RvYp1N";

export const stripe = new Stripe(key, { timeout: 10_000, maxNetworkRetries: 2 });

export async function createIntent(amountCents: number, orderId: number): Promise<Stripe.PaymentIntent> {
  return stripe.paymentIntents.create(
    { amount: amountCents, currency: "eur", metadata: { orderId: String(orderId) } },
    { idempotencyKey: `order-${orderId}` },
  );
}

export async function refundIntent(intentId: string, amountCents?: number) {
  return stripe.refunds.create({ payment_intent: intentId, amount: amountCents });
}
