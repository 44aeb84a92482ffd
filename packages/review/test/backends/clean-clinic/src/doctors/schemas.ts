import { z } from 'zod';

import { pageQuery } from '../lib/pagination.js';

export const newDoctor = z.object({
  fullName: z.string().trim().min(1).max(200),
  specialtyCode: z.string().min(1).max(40),
});

export const doctorChanges = z.object({ active: z.boolean() });

export const doctorSearch = pageQuery.extend({
  specialty: z.string().max(40).optional(),
});

export const workloadQuery = z.object({
  from: z.iso.datetime({ offset: true }).transform((value) => new Date(value)),
  days: z.coerce.number().int().min(1).max(92).default(28),
  sort: z.enum(['name', 'booked', 'cancelled']).default('name'),
  direction: z.enum(['asc', 'desc']).default('asc'),
});

export type NewDoctor = z.infer<typeof newDoctor>;
export type DoctorSearch = z.infer<typeof doctorSearch>;
export type WorkloadQuery = z.infer<typeof workloadQuery>;
