import { z } from 'zod';

export const messageShapes = {
  'mail.appointment-booked': z.object({ appointmentId: z.uuid() }),
  'mail.appointment-cancelled': z.object({ appointmentId: z.uuid() }),
  'mail.appointment-reminder': z.object({ appointmentId: z.uuid() }),
  'mail.invoice-paid': z.object({ invoiceId: z.uuid() }),
  'invoice.charge': z.object({ invoiceId: z.uuid(), paymentMethod: z.string().max(100) }),
} as const;

export type Topic = keyof typeof messageShapes;
export type Payload<T extends Topic> = z.infer<(typeof messageShapes)[T]>;

export const isTopic = (value: string): value is Topic => Object.hasOwn(messageShapes, value);
