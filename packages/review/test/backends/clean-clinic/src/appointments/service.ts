import { Prisma } from '@prisma/client';

import { conflict, notFound, unprocessable } from '../lib/errors.js';
import { pageArgs, toPage } from '../lib/pagination.js';
import { isUniqueViolation, prisma, type Db } from '../lib/prisma.js';
import { redis } from '../lib/redis.js';
import { inSerializable, inTransaction, type UnitOfWork } from '../lib/transaction.js';
import { enqueue } from '../outbox/outbox.js';
import type { AppointmentSearch, NewAppointment } from './schemas.js';

const publicFields = {
  id: true,
  doctorId: true,
  patientId: true,
  startsAt: true,
  status: true,
  reason: true,
} as const;

const MAX_BOOKED_PER_PATIENT = 10;

const slotKey = (doctorId: string, startsAt: Date) => `${doctorId}:${startsAt.toISOString()}`;
const calendarCacheKey = (doctorId: string) => `calendar:${doctorId}`;

export async function listAppointments(clinicId: string, query: AppointmentSearch) {
  const rows = await prisma.appointment.findMany({
    where: {
      clinicId,
      ...(query.doctorId ? { doctorId: query.doctorId } : {}),
      ...(query.from ? { startsAt: { gte: query.from } } : {}),
    },
    select: publicFields,
    orderBy: [{ startsAt: 'asc' }, { id: 'asc' }],
    ...pageArgs(query),
  });
  return toPage(rows, query);
}

export function statusesOf(clinicId: string, ids: string[]) {
  return prisma.appointment.findMany({
    where: { clinicId, id: { in: ids } },
    select: { id: true, status: true },
  });
}

async function requireBookable(db: Db, clinicId: string, input: NewAppointment): Promise<void> {
  const doctor = await db.doctor.findFirst({
    where: { id: input.doctorId, clinicId, active: true },
    select: { id: true },
  });
  if (!doctor) throw unprocessable('This doctor cannot be booked');
  const locked = await db.$queryRaw<{ id: string }[]>`
    SELECT id FROM patients
     WHERE id = ${input.patientId}::uuid AND clinic_id = ${clinicId}::uuid
       FOR UPDATE`;
  if (locked.length === 0) throw unprocessable('Unknown patient');
  const booked = await db.appointment.count({
    where: { patientId: input.patientId, status: 'BOOKED', startsAt: { gte: new Date() } },
  });
  if (booked >= MAX_BOOKED_PER_PATIENT) throw conflict('This patient has too many appointments');
}

export async function book({ db, afterCommit }: UnitOfWork, clinicId: string, input: NewAppointment) {
  await requireBookable(db, clinicId, input);
  try {
    const appointment = await db.appointment.create({
      data: { ...input, clinicId, slotKey: slotKey(input.doctorId, input.startsAt) },
      select: publicFields,
    });
    await enqueue(db, 'mail.appointment-booked', { appointmentId: appointment.id });
    afterCommit(() => redis.del(calendarCacheKey(input.doctorId)));
    return appointment;
  } catch (error) {
    if (isUniqueViolation(error)) throw conflict('This slot is taken');
    throw error;
  }
}

export async function cancel(clinicId: string, id: string): Promise<void> {
  await inTransaction(async ({ db, afterCommit }) => {
    const { count } = await db.appointment.updateMany({
      where: { id, clinicId, status: 'BOOKED' },
      data: { status: 'CANCELLED', slotKey: null },
    });
    if (count === 0) throw conflict('Only a booked appointment can be cancelled');
    const { doctorId } = await db.appointment.findUniqueOrThrow({
      where: { id },
      select: { doctorId: true },
    });
    await enqueue(db, 'mail.appointment-cancelled', { appointmentId: id });
    afterCommit(() => redis.del(calendarCacheKey(doctorId)));
  });
}

export async function move(clinicId: string, id: string, startsAt: Date) {
  return inSerializable(async ({ db, afterCommit }) => {
    const current = await db.appointment.findFirst({ where: { id, clinicId }, select: publicFields });
    if (!current) throw notFound('Appointment');
    if (current.status !== 'BOOKED') throw conflict('Only a booked appointment can be moved');
    const taken = await db.appointment.findUnique({
      where: { slotKey: slotKey(current.doctorId, startsAt) },
      select: { id: true },
    });
    if (taken && taken.id !== id) throw conflict('This slot is taken');
    const moved = await db.appointment.update({
      where: { id },
      data: { startsAt, slotKey: slotKey(current.doctorId, startsAt), remindedAt: null },
      select: publicFields,
    });
    afterCommit(() => redis.del(calendarCacheKey(current.doctorId)));
    return moved;
  });
}

export async function complete(clinicId: string, id: string): Promise<void> {
  const { count } = await prisma.appointment.updateMany({
    where: { id, clinicId, status: 'BOOKED', startsAt: { lte: new Date() } },
    data: { status: 'COMPLETED' },
  });
  if (count === 0) throw conflict('Only a booked appointment that has begun can be completed');
}

const REMINDER_BATCH = 200;

export async function enqueueReminders(now: Date): Promise<number> {
  const until = new Date(now.getTime() + 24 * 3_600_000);
  return inTransaction(async ({ db }) => {
    const due = await db.$queryRaw<{ id: string }[]>`
      SELECT id FROM appointments
       WHERE status = 'BOOKED' AND reminded_at IS NULL
         AND starts_at > ${now} AND starts_at <= ${until}
       ORDER BY starts_at
       LIMIT ${REMINDER_BATCH}
       FOR UPDATE SKIP LOCKED`;
    if (due.length === 0) return 0;
    const ids = due.map((row) => row.id);
    await db.outboxMessage.createMany({
      data: ids.map((appointmentId) => ({
        topic: 'mail.appointment-reminder',
        payload: { appointmentId },
      })),
    });
    await db.$executeRaw`
      UPDATE appointments SET reminded_at = ${now}
       WHERE id IN (${Prisma.join(ids.map((id) => Prisma.sql`${id}::uuid`))})`;
    return ids.length;
  });
}
