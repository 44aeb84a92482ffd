import { Worker } from "bullmq";
import { prisma } from "../db";
import { logger } from "../lib/logger";
import { sendMail } from "../lib/mailer";
import { connection } from "../lib/queue";
import { seatService } from "../services/seat.service";
import { exportSales } from "./exportSales";

const mail = new Worker("mail", async (job) => sendMail(job.data), { connection, concurrency: 5 });
const exports_ = new Worker("export", async (job) => exportSales(job.data), { connection });

for (const worker of [mail, exports_]) {
  worker.on("failed", (job, err) => logger.error({ err, job: job?.id }, "job failed"));
  worker.on("error", (err) => logger.error({ err }, "worker error"));
}

mail.on("completed", async (job) => {
  await prisma.auditLog.create({
    data: { userId: job.data.userId ?? 0, action: "mail.sent", detail: { subject: job.data.subject } },
  });
});

setInterval(() => {
  seatService
    .releaseExpired()
    .then((count) => count > 0 && logger.info({ count }, "holds released"))
    .catch((err) => logger.error({ err }, "could not release holds"));
}, 30_000);
