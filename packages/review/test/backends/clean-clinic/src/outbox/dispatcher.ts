import { chargeInvoice } from '../invoices/charge.js';
import { logger } from '../lib/logger.js';
import {
  sendAppointmentBooked,
  sendAppointmentCancelled,
  sendAppointmentReminder,
  sendInvoicePaid,
} from '../mail/notifications.js';
import { isTopic, messageShapes, type Payload, type Topic } from './messages.js';
import { claimBatch, markDone, markFailed, MAX_ATTEMPTS, type ClaimedMessage } from './outbox.js';

type Handler<T extends Topic> = (payload: Payload<T>, messageId: string) => Promise<void>;

const handlers: { [T in Topic]: Handler<T> } = {
  'mail.appointment-booked': sendAppointmentBooked,
  'mail.appointment-cancelled': sendAppointmentCancelled,
  'mail.appointment-reminder': sendAppointmentReminder,
  'mail.invoice-paid': sendInvoicePaid,
  'invoice.charge': chargeInvoice,
};

function handle<T extends Topic>(topic: T, payload: unknown, messageId: string): Promise<void> {
  return handlers[topic](messageShapes[topic].parse(payload) as Payload<T>, messageId);
}

async function deliver(message: ClaimedMessage): Promise<void> {
  try {
    if (!isTopic(message.topic)) throw new Error(`Unknown topic ${message.topic}`);
    await handle(message.topic, message.payload, message.id);
    await markDone(message.id);
  } catch (error) {
    const level = message.attempts >= MAX_ATTEMPTS ? 'error' : 'warn';
    logger[level]({ err: error, messageId: message.id, topic: message.topic }, 'outbox delivery failed');
    await markFailed(message, error);
  }
}

export async function dispatchOnce(): Promise<number> {
  const messages = await claimBatch();
  await Promise.all(messages.map(deliver));
  return messages.length;
}
