import { conflict, notFound } from '../lib/errors.js';
import { pageArgs, toPage } from '../lib/pagination.js';
import { isUniqueViolation, prisma } from '../lib/prisma.js';
import type { NewPatient, PatientChanges, PatientSearch } from './schemas.js';

const publicFields = {
  id: true,
  recordNumber: true,
  fullName: true,
  email: true,
  phone: true,
  bornOn: true,
  version: true,
} as const;

export async function listPatients(clinicId: string, query: PatientSearch) {
  const rows = await prisma.patient.findMany({
    where: {
      clinicId,
      ...(query.name ? { fullName: { startsWith: query.name, mode: 'insensitive' as const } } : {}),
    },
    select: publicFields,
    orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
    ...pageArgs(query),
  });
  return toPage(rows, query);
}

export async function getPatient(clinicId: string, id: string) {
  const patient = await prisma.patient.findFirst({ where: { id, clinicId }, select: publicFields });
  if (!patient) throw notFound('Patient');
  return patient;
}

export async function createPatient(clinicId: string, data: NewPatient) {
  try {
    return await prisma.patient.create({ data: { ...data, clinicId }, select: publicFields });
  } catch (error) {
    if (isUniqueViolation(error)) throw conflict(`Record ${data.recordNumber} exists already`);
    throw error;
  }
}

export async function updatePatient(clinicId: string, id: string, changes: PatientChanges) {
  const { version, ...data } = changes;
  const current = await getPatient(clinicId, id);
  if (current.version !== version) throw conflict('The patient was changed by someone else');
  const { count } = await prisma.patient.updateMany({
    where: { id, clinicId, version },
    data: { ...data, version: { increment: 1 } },
  });
  if (count === 0) throw conflict('The patient was changed by someone else');
  return getPatient(clinicId, id);
}

export async function patientOverview(clinicId: string, id: string) {
  const patient = await getPatient(clinicId, id);
  const [upcoming, lastInvoices, unpaid] = await Promise.all([
    prisma.appointment.findMany({
      where: { patientId: id, clinicId, status: 'BOOKED', startsAt: { gte: new Date() } },
      select: { id: true, startsAt: true, doctor: { select: { fullName: true } } },
      orderBy: { startsAt: 'asc' },
      take: 10,
    }),
    prisma.invoice.findMany({
      where: { patientId: id, clinicId },
      select: { id: true, number: true, status: true, totalCents: true },
      orderBy: { number: 'desc' },
      take: 10,
    }),
    prisma.invoice.aggregate({
      where: { patientId: id, clinicId, status: { in: ['OPEN', 'CHARGING'] } },
      _sum: { totalCents: true },
    }),
  ]);
  return { patient, upcoming, lastInvoices, unpaidCents: unpaid._sum.totalCents ?? 0 };
}
