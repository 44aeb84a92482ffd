import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import type { Response } from 'express';

import { prisma } from '../lib/prisma.js';

const PAGE = 500;
const HEADER = 'number,status,total_cents,patient_id\n';

async function* invoiceLines(clinicId: string): AsyncGenerator<string> {
  yield HEADER;
  let after = 0;
  for (;;) {
    const rows = await prisma.invoice.findMany({
      where: { clinicId, number: { gt: after } },
      select: { number: true, status: true, totalCents: true, patientId: true },
      orderBy: { number: 'asc' },
      take: PAGE,
    });
    for (const row of rows) {
      yield `${row.number},${row.status},${row.totalCents},${row.patientId}\n`;
    }
    const last = rows.at(-1);
    if (!last || rows.length < PAGE) return;
    after = last.number;
  }
}

export async function exportInvoices(clinicId: string, res: Response): Promise<void> {
  res.type('text/csv').attachment('invoices.csv');
  await pipeline(Readable.from(invoiceLines(clinicId)), res);
}
