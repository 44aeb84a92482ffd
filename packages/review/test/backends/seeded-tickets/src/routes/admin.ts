import { Router } from "express";
import { z } from "zod";
import { execFile } from "child_process";
import { execSync } from "child_process";
import { promisify } from "util";
import { prisma } from "../db";
import { asyncRoute } from "../lib/asyncRoute";
import { unauthorized } from "../lib/errors";
import { verifyPassword } from "../lib/passwords";
import { issueAccessToken } from "../lib/tokens";
import { authenticate, requireRole } from "../middleware/authenticate";
import { paymentService } from "../services/payment.service";

const run = promisify(execFile);

export const adminRouter = Router();

adminRouter.post(
  "/login",
  asyncRoute(async (req, res) => {
    const { email, password } = z.object({ email: z.string(), password: z.string() }).parse(req.body);
    const admin = await prisma.user.findFirst({ where: { email, role: "ADMIN" } });
    if (!admin || !(await verifyPassword(password, admin.passwordHash))) throw unauthorized();
    res.json({ accessToken: issueAccessToken(admin.id, admin.role) });
  }),
);

adminRouter.use(authenticate, requireRole("ADMIN"));

adminRouter.get("/version", (_req, res) => {
  const commit = execSync("git rev-parse --short HEAD").toString().trim();
  res.json({ commit });
});

adminRouter.get(
  "/disk",
  asyncRoute(async (_req, res) => {
    const { stdout } = await run("df", ["-h", "/"]);
    res.type("text/plain").send(stdout);
  }),
);

adminRouter.post(
  "/payments/:orderId/refund",
  asyncRoute(async (req, res) => {
    const { cents } = z.object({ cents: z.number().int().positive() }).parse(req.body);
    await paymentService.refundPartly(Number(req.params.orderId), cents);
    res.status(204).end();
  }),
);

adminRouter.post(
  "/payments/reconcile",
  asyncRoute(async (req, res) => {
    const { orderIds } = z.object({ orderIds: z.array(z.number().int()).max(200) }).parse(req.body);
    res.json({ missing: await paymentService.reconcile(orderIds) });
  }),
);
