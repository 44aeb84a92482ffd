import { z } from 'zod';

import { pageQuery } from '../lib/pagination.js';

const SLOT_MINUTES = 15;

const slot = z.iso
  .datetime({ offset: true })
  .transform((value) => new Date(value))
  .refine((date) => date.getTime() % (SLOT_MINUTES * 60_000) === 0, 'starts on a quarter of an hour')
  .refine((date) => date.getTime() > Date.now(), 'lies in the future');

export const newAppointment = z.object({
  doctorId: z.uuid(),
  patientId: z.uuid(),
  startsAt: slot,
  reason: z.string().trim().max(500).optional(),
});

export const appointmentSearch = pageQuery.extend({
  doctorId: z.uuid().optional(),
  from: z.iso
    .datetime({ offset: true })
    .transform((value) => new Date(value))
    .optional(),
});

export const statusQuery = z.object({
  ids: z
    .string()
    .transform((value) => value.split(','))
    .pipe(z.array(z.uuid()).min(1).max(50)),
});

export const reschedule = z.object({ startsAt: slot });

export type NewAppointment = z.infer<typeof newAppointment>;
export type AppointmentSearch = z.infer<typeof appointmentSearch>;
