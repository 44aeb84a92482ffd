import { Router } from "express";
import { z } from "zod";
import { prisma } from "../db";
import { asyncRoute } from "../lib/asyncRoute";
import { requireRole } from "../middleware/authenticate";

export const promosRouter = Router();

const promo = z.object({
  eventId: z.number().int(),
  code: z.string().min(4).max(40),
  percent: z.number().int().min(1).max(90),
  maxUses: z.number().int().positive(),
});

async function savePromo(input: z.infer<typeof promo>) {
  return prisma.promoCode.upsert({
    where: { code: input.code },
    create: input,
    update: { percent: input.percent, maxUses: input.maxUses },
  });
}

promosRouter.get(
  "/event/:eventId",
  requireRole("ORGANISER", "ADMIN"),
  asyncRoute(async (req, res) => {
    const codes = await prisma.promoCode.findMany({
      where: { eventId: Number(req.params.eventId) },
      take: 100,
    });
    res.json(codes);
  }),
);

promosRouter.post(
  "/import",
  requireRole("ORGANISER", "ADMIN"),
  asyncRoute(async (req, res) => {
    const codes = z.array(promo).max(1000).parse(req.body);
    const saved = [];
    for (const code of codes) {
      saved.push(await savePromo(code));
    }
    res.status(201).json({ saved: saved.length });
  }),
);
