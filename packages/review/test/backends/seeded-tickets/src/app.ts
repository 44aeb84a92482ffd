import express, { Express } from "express";
import helmet from "helmet";
import { errorHandler, notFound } from "./middleware/errors";
import { authenticate } from "./middleware/authenticate";
import { authRouter } from "./routes/auth";
import { eventsRouter } from "./routes/events";
import { seatsRouter } from "./routes/seats";
import { ordersRouter } from "./routes/orders";
import { paymentsRouter } from "./routes/payments";
import { usersRouter } from "./routes/users";
import { venuesRouter } from "./routes/venues";
import { reportsRouter } from "./routes/reports";
import { adminRouter } from "./routes/admin";
import { waitlistRouter } from "./routes/waitlist";
import { promosRouter } from "./routes/promos";

export function createApp(): Express {
  const app = express();
  app.disable("x-powered-by");
  app.set("trust proxy", 1);
  app.use(helmet());
  app.use("/payments/webhook", express.raw({ type: "application/json" }));
  app.use(express.json({ limit: "200kb" }));

  app.get("/healthz", (_req, res) => {
    res.json({ ok: true });
  });

  app.use("/auth", authRouter);
  app.use("/events", eventsRouter);
  app.use("/venues", venuesRouter);
  app.use("/payments", paymentsRouter);
  app.use("/admin", adminRouter);
  app.use("/seats", authenticate, seatsRouter);
  app.use("/orders", authenticate, ordersRouter);
  app.use("/users", authenticate, usersRouter);
  app.use("/waitlist", authenticate, waitlistRouter);
  app.use("/promos", authenticate, promosRouter);
  app.use("/reports", authenticate, reportsRouter);

  app.use(notFound);
  app.use(errorHandler);
  return app;
}
