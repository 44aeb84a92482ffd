import { createTransport } from 'nodemailer';

import { config } from '../config.js';

export interface Mail {
  to: string;
  subject: string;
  text: string;
  messageId: string;
}

const transport = createTransport(config.SMTP_URL, {
  from: config.MAIL_FROM,
});

export async function sendMail({ to, subject, text, messageId }: Mail): Promise<void> {
  await transport.sendMail({ to, subject, text, messageId: `<${messageId}@clinic.example>` });
}

export const closeMailer = () => transport.close();
