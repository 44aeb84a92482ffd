import { conflict, notFound, unprocessable } from '../lib/errors.js';
import { pageArgs, toPage, type PageQuery } from '../lib/pagination.js';
import { isUniqueViolation, prisma, type Db } from '../lib/prisma.js';
import { inTransaction, type UnitOfWork } from '../lib/transaction.js';
import { enqueue } from '../outbox/outbox.js';
import type { NewInvoice } from './schemas.js';

const summaryFields = {
  id: true,
  number: true,
  status: true,
  totalCents: true,
  patientId: true,
} as const;

export async function listInvoices(clinicId: string, query: PageQuery) {
  const rows = await prisma.invoice.findMany({
    where: { clinicId },
    select: summaryFields,
    orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
    ...pageArgs(query),
  });
  return toPage(rows, query);
}

export async function getInvoice(clinicId: string, id: string) {
  const invoice = await prisma.invoice.findFirst({
    where: { id, clinicId },
    select: {
      ...summaryFields,
      lines: { select: { description: true, quantity: true, unitCents: true }, take: 50 },
    },
  });
  if (!invoice) throw notFound('Invoice');
  return invoice;
}

async function takeNumber(db: Db, clinicId: string): Promise<number> {
  const { nextInvoiceNumber } = await db.clinic.update({
    where: { id: clinicId },
    data: { nextInvoiceNumber: { increment: 1 } },
    select: { nextInvoiceNumber: true },
  });
  return nextInvoiceNumber - 1;
}

async function requirePatient(db: Db, clinicId: string, input: NewInvoice): Promise<void> {
  const patient = await db.patient.findFirst({
    where: { id: input.patientId, clinicId },
    select: { id: true },
  });
  if (!patient) throw unprocessable('Unknown patient');
  if (!input.appointmentId) return;
  const appointment = await db.appointment.findFirst({
    where: { id: input.appointmentId, clinicId, patientId: input.patientId, status: 'COMPLETED' },
    select: { id: true },
  });
  if (!appointment) throw unprocessable('Only a completed appointment of this patient can be invoiced');
}

export async function createInvoice({ db }: UnitOfWork, clinicId: string, input: NewInvoice) {
  await requirePatient(db, clinicId, input);
  const totalCents = input.lines.reduce((sum, line) => sum + line.quantity * line.unitCents, 0);
  if (totalCents > 100_000_000) throw unprocessable('The total is too high');
  try {
    return await db.invoice.create({
      data: {
        clinicId,
        patientId: input.patientId,
        appointmentId: input.appointmentId ?? null,
        number: await takeNumber(db, clinicId),
        totalCents,
        lines: { create: input.lines },
      },
      select: summaryFields,
    });
  } catch (error) {
    if (isUniqueViolation(error)) throw conflict('This appointment is invoiced already');
    throw error;
  }
}

export async function requestCharge(clinicId: string, id: string, paymentMethod: string): Promise<void> {
  await inTransaction(async ({ db }) => {
    const { count } = await db.invoice.updateMany({
      where: { id, clinicId, status: 'OPEN' },
      data: { status: 'CHARGING' },
    });
    if (count === 0) throw conflict('Only an open invoice can be paid');
    await enqueue(db, 'invoice.charge', { invoiceId: id, paymentMethod });
  });
}

export async function voidInvoice(clinicId: string, id: string): Promise<void> {
  const invoice = await prisma.invoice.findFirst({ where: { id, clinicId }, select: { status: true } });
  if (!invoice) throw notFound('Invoice');
  const { count } = await prisma.invoice.updateMany({
    where: { id, clinicId, status: 'OPEN' },
    data: { status: 'VOID' },
  });
  if (count === 0) throw conflict(`An invoice that is ${invoice.status} cannot be voided`);
}
