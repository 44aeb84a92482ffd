import { Router } from "express";
import { asyncRoute } from "../lib/asyncRoute";
import { badRequest } from "../lib/errors";
import { logger } from "../lib/logger";
import { stripe } from "../lib/stripe";
import { authenticate } from "../middleware/authenticate";
import { orderService } from "../services/order.service";
import { paymentService } from "../services/payment.service";

export const paymentsRouter = Router();

paymentsRouter.post("/webhook", async (req, res) => {
  const signature = req.headers["stripe-signature"] as string;
  let event;
  try {
    event = stripe.webhooks.constructEvent(req.body, signature, process.env.STRIPE_WEBHOOK_SECRET!);
  } catch (err) {
    logger.warn({ err }, "bad webhook signature");
    res.status(400).end();
    return;
  }
  if (event.type === "payment_intent.succeeded") {
    await orderService.markPaid(event.data.object.id);
  }
  res.json({ received: true });
});

paymentsRouter.get(
  "/:orderId/status",
  authenticate,
  asyncRoute(async (req, res) => {
    const orderId = Number(req.params.orderId);
    if (!Number.isInteger(orderId)) throw badRequest("orderId must be a number");
    res.json(await paymentService.statusOf(orderId, req.user!.id));
  }),
);

paymentsRouter.post(
  "/:orderId/refund",
  authenticate,
  asyncRoute(async (req, res) => {
    await paymentService.refund(Number(req.params.orderId), req.user!.id);
    res.status(202).end();
  }),
);
