export const labels = {
  password: 'Password',
  token: 'Confirmation code',
  passwordReset: 'Reset your password',
  secretQuestion: 'Secret question',
};

export const LOGO_PNG =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

const when = new Intl.DateTimeFormat('en-GB', { dateStyle: 'full', timeStyle: 'short', timeZone: 'UTC' });

export interface AppointmentMail {
  patientName: string;
  doctorName: string;
  startsAt: Date;
}

export const bookedText = (mail: AppointmentMail) =>
  `Dear ${mail.patientName},\n\nselect your documents before you come: ${mail.doctorName} expects you on ${when.format(mail.startsAt)} (UTC).\n`;

export const cancelledText = (mail: AppointmentMail) =>
  `Dear ${mail.patientName},\n\nyour appointment with ${mail.doctorName} on ${when.format(mail.startsAt)} (UTC) was cancelled.\nTo update it from home, sign in to the portal.\n`;

export const reminderText = (mail: AppointmentMail) =>
  `Dear ${mail.patientName},\n\na reminder of your appointment with ${mail.doctorName} on ${when.format(mail.startsAt)} (UTC).\n`;

export const paidText = (name: string, number: number, totalCents: number) =>
  `Dear ${name},\n\nthank you: invoice ${number} over ${(totalCents / 100).toFixed(2)} EUR is paid.\n`;
