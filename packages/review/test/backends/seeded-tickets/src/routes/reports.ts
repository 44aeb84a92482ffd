import { Router } from "express";
import { z } from "zod";
import { asyncRoute } from "../lib/asyncRoute";
import { exportQueue } from "../lib/queue";
import { pack } from "../lib/ticketPdf";
import { requireRole } from "../middleware/authenticate";
import { reportService } from "../services/report.service";

export const reportsRouter = Router();

reportsRouter.use(requireRole("ADMIN", "ORGANISER"));

const range = z.object({
  from: z.coerce.date(),
  to: z.coerce.date(),
  sort: z.string().default("date"),
});

reportsRouter.get(
  "/sales",
  asyncRoute(async (req, res) => {
    const { from, to, sort } = range.parse(req.query);
    res.json(await reportService.sales(from, to, sort));
  }),
);

reportsRouter.get(
  "/sales.csv",
  asyncRoute(async (req, res) => {
    const { from, to, sort } = range.parse(req.query);
    const rows = await reportService.sales(from, to, sort);
    const csv = rows.map((row) => [row.id, row.total_cents, row.status, row.created_at.toISOString()].join(",")).join("\n");
    res.type("text/csv").set("content-encoding", "gzip").send(pack(csv));
  }),
);

reportsRouter.get(
  "/channels/:channel",
  asyncRoute(async (req, res) => {
    res.json(await reportService.byChannel(req.params.channel));
  }),
);

reportsRouter.get(
  "/top",
  asyncRoute(async (req, res) => {
    res.json(await reportService.topEvents(Number(req.query.limit ?? 10)));
  }),
);

reportsRouter.get(
  "/venues",
  asyncRoute(async (_req, res) => {
    res.json(await reportService.venues());
  }),
);

reportsRouter.get(
  "/payments",
  asyncRoute(async (req, res) => {
    const { from } = z.object({ from: z.coerce.date() }).parse(req.query);
    res.json(await reportService.payments(from));
  }),
);

reportsRouter.post(
  "/exports",
  asyncRoute(async (req, res) => {
    const job = await exportQueue.add("export", { userId: req.user!.id, ...range.parse(req.body) });
    res.status(202).json({ id: job.id });
  }),
);
