import { logger } from '../lib/logger.js';
import { prisma } from '../lib/prisma.js';
import { inTransaction } from '../lib/transaction.js';
import type { Payload } from '../outbox/messages.js';
import { enqueue } from '../outbox/outbox.js';
import { charge } from '../payments/client.js';

async function settle(invoiceId: string, chargeRef: string): Promise<void> {
  await inTransaction(async ({ db }) => {
    const { count } = await db.invoice.updateMany({
      where: { id: invoiceId, status: 'CHARGING' },
      data: { status: 'PAID', chargeRef },
    });
    if (count === 1) await enqueue(db, 'mail.invoice-paid', { invoiceId });
  });
}

async function reopen(invoiceId: string): Promise<void> {
  await prisma.invoice.updateMany({
    where: { id: invoiceId, status: 'CHARGING' },
    data: { status: 'OPEN' },
  });
}

export async function chargeInvoice(
  { invoiceId, paymentMethod }: Payload<'invoice.charge'>,
  messageId: string,
): Promise<void> {
  const invoice = await prisma.invoice.findUniqueOrThrow({
    where: { id: invoiceId },
    select: { status: true, totalCents: true, number: true },
  });
  if (invoice.status !== 'CHARGING') return;

  const outcome = await charge({
    idempotencyKey: messageId,
    amountCents: invoice.totalCents,
    paymentMethod,
    description: `Invoice ${invoice.number}`,
  });
  if (outcome.kind === 'declined') {
    logger.info({ invoiceId, reason: outcome.reason }, 'charge declined');
    await reopen(invoiceId);
    return;
  }
  await settle(invoiceId, outcome.chargeRef);
}
