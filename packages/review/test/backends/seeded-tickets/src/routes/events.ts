import { Router } from "express";
import { z } from "zod";
import { asyncRoute } from "../lib/asyncRoute";
import { pageQuery } from "../lib/pagination";
import { authenticate, requireRole } from "../middleware/authenticate";
import { searchLimit } from "../middleware/limits";
import { eventService } from "../services/event.service";
import { seatService } from "../services/seat.service";

export const eventsRouter = Router();

eventsRouter.get(
  "/",
  asyncRoute(async (req, res) => {
    const items = await eventService.list(pageQuery.parse(req.query));
    res.json({ items, next: items.at(-1)?.id ?? null });
  }),
);

eventsRouter.get(
  "/search",
  searchLimit,
  asyncRoute(async (req, res) => {
    const { q, sort } = z.object({ q: z.string().max(100), sort: z.string().default("date") }).parse(req.query);
    res.json(await eventService.search(q, sort));
  }),
);

eventsRouter.get(
  "/archive",
  asyncRoute(async (req, res) => {
    const venue = req.query.venue ? Number(req.query.venue) : undefined;
    res.json(await eventService.archive(venue));
  }),
);

eventsRouter.get(
  "/near/:city",
  asyncRoute(async (req, res) => {
    const sort = String(req.query.sort ?? "starts_at");
    res.json(await eventService.searchByCity(req.params.city, sort));
  }),
);

eventsRouter.get(
  "/:slug",
  asyncRoute(async (req, res) => {
    const event = await eventService.bySlug(req.params.slug);
    eventService.recordView(event.id, req.ip ?? "unknown");
    res.json(event);
  }),
);

eventsRouter.get(
  "/:id/seats",
  asyncRoute(async (req, res) => {
    res.json(await seatService.map(Number(req.params.id)));
  }),
);

const newEvent = z.object({
  venueId: z.number().int(),
  slug: z.string().regex(/^[a-z0-9-]+$/),
  title: z.string().min(1).max(200),
  startsAt: z.coerce.date(),
  priceCents: z.number().int().nonnegative(),
  rows: z.number().int().min(1).max(26),
  seatsPerRow: z.number().int().min(1).max(60),
});

eventsRouter.post(
  "/",
  authenticate,
  requireRole("ORGANISER", "ADMIN"),
  asyncRoute(async (req, res) => {
    res.status(201).json(await eventService.create(newEvent.parse(req.body)));
  }),
);

eventsRouter.post("/:id/publish", authenticate, requireRole("ORGANISER", "ADMIN"), async (req, res, next) => {
  try {
    const done = await eventService.publish(Number(req.params.id));
    res.status(done ? 204 : 409).end();
  } catch (err) {
    next(err);
  }
});

eventsRouter.post(
  "/:id/cancel",
  authenticate,
  requireRole("ADMIN"),
  asyncRoute(async (req, res) => {
    await eventService.cancel(Number(req.params.id));
    res.status(204).end();
  }),
);
