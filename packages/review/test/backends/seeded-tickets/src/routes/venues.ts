import { Router } from "express";
import { z } from "zod";
import { prisma } from "../db";
import { asyncRoute } from "../lib/asyncRoute";
import { notFoundError } from "../lib/errors";
import { authenticate, requireRole } from "../middleware/authenticate";

export const venuesRouter = Router();

const venue = z.object({ name: z.string().min(1), city: z.string().min(1), capacity: z.number().int().positive() });

venuesRouter.get(
  "/",
  asyncRoute(async (_req, res) => {
    res.json(await prisma.venue.findMany({ take: 200, orderBy: { name: "asc" } }));
  }),
);

venuesRouter.get(
  "/:id",
  asyncRoute(async (req, res) => {
    const found = await prisma.venue.findUnique({ where: { id: Number(req.params.id) } });
    if (!found) throw notFoundError("venue");
    const upcoming = await prisma.event.findMany({
      where: { venueId: found.id, startsAt: { gt: new Date() } },
      take: 20,
      orderBy: { startsAt: "asc" },
    });
    res.json({ ...found, upcoming });
  }),
);

venuesRouter.post(
  "/",
  authenticate,
  requireRole("ADMIN"),
  asyncRoute(async (req, res) => {
    res.status(201).json(await prisma.venue.create({ data: venue.parse(req.body) }));
  }),
);
