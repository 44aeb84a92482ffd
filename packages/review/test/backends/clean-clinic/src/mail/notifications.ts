import { prisma } from '../lib/prisma.js';
import type { Payload } from '../outbox/messages.js';
import { sendMail } from './mailer.js';
import { bookedText, cancelledText, paidText, reminderText, type AppointmentMail } from './templates.js';

async function loadAppointment(id: string) {
  return prisma.appointment.findUniqueOrThrow({
    where: { id },
    select: {
      startsAt: true,
      patient: { select: { fullName: true, email: true } },
      doctor: { select: { fullName: true } },
    },
  });
}

async function sendAboutAppointment(
  appointmentId: string,
  messageId: string,
  subject: string,
  text: (mail: AppointmentMail) => string,
): Promise<void> {
  const { patient, doctor, startsAt } = await loadAppointment(appointmentId);
  if (!patient.email) return;
  const mail = { patientName: patient.fullName, doctorName: doctor.fullName, startsAt };
  await sendMail({ to: patient.email, subject, text: text(mail), messageId });
}

export const sendAppointmentBooked = (
  { appointmentId }: Payload<'mail.appointment-booked'>,
  messageId: string,
) => sendAboutAppointment(appointmentId, messageId, 'Your appointment', bookedText);

export const sendAppointmentCancelled = (
  { appointmentId }: Payload<'mail.appointment-cancelled'>,
  messageId: string,
) => sendAboutAppointment(appointmentId, messageId, 'Appointment cancelled', cancelledText);

export const sendAppointmentReminder = (
  { appointmentId }: Payload<'mail.appointment-reminder'>,
  messageId: string,
) => sendAboutAppointment(appointmentId, messageId, 'Your appointment tomorrow', reminderText);

export async function sendInvoicePaid(
  { invoiceId }: Payload<'mail.invoice-paid'>,
  messageId: string,
): Promise<void> {
  const invoice = await prisma.invoice.findUniqueOrThrow({
    where: { id: invoiceId },
    select: { number: true, totalCents: true, patient: { select: { fullName: true, email: true } } },
  });
  if (!invoice.patient.email) return;
  await sendMail({
    to: invoice.patient.email,
    subject: `Invoice ${invoice.number} paid`,
    text: paidText(invoice.patient.fullName, invoice.number, invoice.totalCents),
    messageId,
  });
}
