import { createWriteStream } from "fs";
import { once } from "events";
import { prisma } from "../db";

interface ExportJob {
  userId: number;
  from: string;
  to: string;
}

export async function exportSales(job: ExportJob): Promise<string> {
  const file = `/var/exports/sales-${job.userId}-${Date.now()}.csv`;
  const out = createWriteStream(file);
  let cursor = 0;
  for (;;) {
    const rows = await prisma.order.findMany({
      where: { id: { gt: cursor }, createdAt: { gte: new Date(job.from), lt: new Date(job.to) } },
      orderBy: { id: "asc" },
      take: 1000,
    });
    if (rows.length === 0) break;
    cursor = rows[rows.length - 1].id;
    const chunk = rows.map((row) => `${row.id},${row.totalCents},${row.status}`).join("\n") + "\n";
    if (!out.write(chunk)) await once(out, "drain");
  }
  out.end();
  await once(out, "finish");
  return file;
}
