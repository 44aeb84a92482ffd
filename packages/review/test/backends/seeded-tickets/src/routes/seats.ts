import { Router } from "express";
import { z } from "zod";
import { asyncRoute } from "../lib/asyncRoute";
import { requireRole } from "../middleware/authenticate";
import { seatService } from "../services/seat.service";

export const seatsRouter = Router();

seatsRouter.post(
  "/:id/hold",
  asyncRoute(async (req, res) => {
    const heldUntil = await seatService.hold(req.user!.id, Number(req.params.id));
    res.json({ heldUntil });
  }),
);

seatsRouter.post(
  "/hold",
  asyncRoute(async (req, res) => {
    const { seatIds } = z.object({ seatIds: z.array(z.number().int()).min(1).max(8) }).parse(req.body);
    res.json({ heldUntil: await seatService.holdMany(req.user!.id, seatIds) });
  }),
);

seatsRouter.put(
  "/labels",
  requireRole("ORGANISER", "ADMIN"),
  asyncRoute(async (req, res) => {
    const changes = z
      .array(z.object({ id: z.number().int(), label: z.string().min(1).max(10) }))
      .max(500)
      .parse(req.body);
    await seatService.relabel(changes);
    res.status(204).end();
  }),
);
