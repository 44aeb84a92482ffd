import { z } from 'zod';

export const newInvoice = z.object({
  patientId: z.uuid(),
  appointmentId: z.uuid().optional(),
  lines: z
    .array(
      z.object({
        description: z.string().trim().min(1).max(200),
        quantity: z.number().int().min(1).max(1_000),
        unitCents: z.number().int().min(0).max(1_000_000),
      }),
    )
    .min(1)
    .max(50),
});

export const payment = z.object({
  paymentMethod: z.string().regex(/^pm_[A-Za-z0-9]{8,64}$/),
});

export type NewInvoice = z.infer<typeof newInvoice>;
