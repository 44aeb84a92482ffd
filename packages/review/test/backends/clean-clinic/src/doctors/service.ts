import { Prisma } from '@prisma/client';

import { notFound, unprocessable } from '../lib/errors.js';
import { pageArgs, toPage } from '../lib/pagination.js';
import { prisma } from '../lib/prisma.js';
import type { DoctorSearch, NewDoctor, WorkloadQuery } from './schemas.js';

const publicFields = {
  id: true,
  fullName: true,
  active: true,
  specialty: { select: { code: true, label: true } },
} as const;

export async function listDoctors(clinicId: string, query: DoctorSearch) {
  const rows = await prisma.doctor.findMany({
    where: { clinicId, ...(query.specialty ? { specialtyCode: query.specialty } : {}) },
    select: publicFields,
    orderBy: [{ fullName: 'asc' }, { id: 'asc' }],
    ...pageArgs(query),
  });
  return toPage(rows, query);
}

export function listSpecialties() {
  return prisma.specialty.findMany({ orderBy: { code: 'asc' }, take: 200 });
}

export async function createDoctor(clinicId: string, data: NewDoctor) {
  const specialty = await prisma.specialty.findUnique({ where: { code: data.specialtyCode } });
  if (!specialty) throw unprocessable(`Unknown specialty ${data.specialtyCode}`);
  return prisma.doctor.create({ data: { ...data, clinicId }, select: publicFields });
}

export async function setActive(clinicId: string, id: string, active: boolean) {
  const { count } = await prisma.doctor.updateMany({ where: { id, clinicId }, data: { active } });
  if (count === 0) throw notFound('Doctor');
}

const SORT_COLUMNS = {
  name: Prisma.raw('d.full_name'),
  booked: Prisma.raw('booked'),
  cancelled: Prisma.raw('cancelled'),
} as const;

const DIRECTIONS = {
  asc: Prisma.raw('ASC'),
  desc: Prisma.raw('DESC'),
} as const;

interface WorkloadRow {
  id: string;
  fullName: string;
  booked: number;
  cancelled: number;
}

export function workload(clinicId: string, query: WorkloadQuery): Promise<WorkloadRow[]> {
  const until = new Date(query.from.getTime() + query.days * 86_400_000);
  return prisma.$queryRaw<WorkloadRow[]>`
    SELECT d.id,
           d.full_name AS "fullName",
           count(a.id) FILTER (WHERE a.status = 'BOOKED')::int AS booked,
           count(a.id) FILTER (WHERE a.status = 'CANCELLED')::int AS cancelled
      FROM doctors d
      LEFT JOIN appointments a
        ON a.doctor_id = d.id
       AND a.starts_at >= ${query.from}
       AND a.starts_at < ${until}
     WHERE d.clinic_id = ${clinicId}::uuid
       AND d.active
     GROUP BY d.id, d.full_name
     ORDER BY ${SORT_COLUMNS[query.sort]} ${DIRECTIONS[query.direction]}, d.id
     LIMIT 500`;
}
