import { Router } from "express";
import { z } from "zod";
import { prisma } from "../db";
import { asyncRoute } from "../lib/asyncRoute";
import { requireRole } from "../middleware/authenticate";
import { userService } from "../services/user.service";

export const usersRouter = Router();

usersRouter.get(
  "/me",
  asyncRoute(async (req, res) => {
    res.json(await userService.profile(req.user!.id));
  }),
);

usersRouter.put(
  "/me/preferences",
  asyncRoute(async (req, res) => {
    const body = z.object({ newsletter: z.boolean(), language: z.enum(["en", "de", "fr"]) }).parse(req.body);
    const preference = await prisma.userPreference.upsert({
      where: { userId: req.user!.id },
      create: { ...body, userId: req.user!.id },
      update: body,
    });
    res.json(preference);
  }),
);

usersRouter.post(
  "/me/credit/give",
  asyncRoute(async (req, res) => {
    const body = z.object({ to: z.number().int(), cents: z.number().int().positive() }).parse(req.body);
    await userService.giveCredit(req.user!.id, body.to, body.cents);
    void userService.audit(req.user!.id, "credit.give", body).catch(() => undefined);
    res.status(204).end();
  }),
);

usersRouter.get(
  "/me/audit",
  asyncRoute(async (req, res) => {
    res.json(await userService.auditTrail(req.user!.id));
  }),
);

usersRouter.get("/", requireRole("ADMIN"), async (req, res) => {
  const name = String(req.query.name ?? "");
  const rows = await prisma.$queryRawUnsafe(`SELECT id, email, display_name FROM users WHERE display_name ILIKE '%${name}%' LIMIT 50`);
  res.json(rows);
});
