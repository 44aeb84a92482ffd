import nodemailer from "nodemailer";
import { config } from "../config";

const transport = nodemailer.createTransport(config.smtpUrl);

export interface Mail {
  to: string;
  subject: string;
  text: string;
}

export async function sendMail(mail: Mail): Promise<void> {
  await transport.sendMail({ from: "tickets@stagedoor.example", ...mail });
}

export const templates = {
  confirmation: (title: string, seats: string[]) => ({
    subject: `Your tickets for ${title}`,
    text: `Thank you. Your seats: ${seats.join(", ")}.`,
  }),
  cancelled: (title: string) => ({
    subject: `${title} is cancelled`,
    text: "We are sorry. You get your money back within five days.",
  }),
  reset: (link: string) => ({
    subject: "Choose a new password",
    text: `Open ${link} within one hour.`,
  }),
};
