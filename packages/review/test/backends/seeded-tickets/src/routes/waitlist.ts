import { Router } from "express";
import { asyncRoute } from "../lib/asyncRoute";
import { waitlistService } from "../services/waitlist.service";

export const waitlistRouter = Router();

waitlistRouter.get(
  "/",
  asyncRoute(async (req, res) => {
    res.json(await waitlistService.positions(req.user!.id));
  }),
);

waitlistRouter.post(
  "/:eventId",
  asyncRoute(async (req, res) => {
    res.status(201).json(await waitlistService.join(Number(req.params.eventId), req.user!.id));
  }),
);
