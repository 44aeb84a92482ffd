import { z } from 'zod';

import { pageQuery } from '../lib/pagination.js';

export const newPatient = z.object({
  recordNumber: z.string().regex(/^[A-Z0-9-]{3,32}$/),
  fullName: z.string().trim().min(1).max(200),
  email: z.email().max(254).optional(),
  phone: z
    .string()
    .regex(/^\+\d{6,15}$/)
    .optional(),
  bornOn: z.iso.date().transform((day) => new Date(`${day}T00:00:00Z`)),
});

export const patientChanges = newPatient
  .omit({ recordNumber: true })
  .partial()
  .extend({ version: z.number().int().positive() });

export const patientSearch = pageQuery.extend({
  name: z.string().trim().min(2).max(100).optional(),
});

export type NewPatient = z.infer<typeof newPatient>;
export type PatientChanges = z.infer<typeof patientChanges>;
export type PatientSearch = z.infer<typeof patientSearch>;
