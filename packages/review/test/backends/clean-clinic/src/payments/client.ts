import { z } from 'zod';

import { config } from '../config.js';

const TIMEOUT_MS = 10_000;

const accepted = z.object({ id: z.string() });
const declined = z.object({ reason: z.string() });

export interface ChargeRequest {
  idempotencyKey: string;
  amountCents: number;
  paymentMethod: string;
  description: string;
}

export type ChargeOutcome = { kind: 'charged'; chargeRef: string } | { kind: 'declined'; reason: string };

export async function charge(request: ChargeRequest): Promise<ChargeOutcome> {
  const response = await fetch(new URL('/v1/charges', config.PAYMENTS_URL), {
    method: 'POST',
    headers: {
      authorization: `Bearer ${config.PAYMENTS_API_KEY}`,
      'content-type': 'application/json',
      'idempotency-key': request.idempotencyKey,
    },
    body: JSON.stringify({
      amount: request.amountCents,
      currency: 'eur',
      payment_method: request.paymentMethod,
      description: request.description,
    }),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  if (response.status === 402) {
    return { kind: 'declined', reason: declined.parse(await response.json()).reason };
  }
  if (!response.ok) throw new Error(`Payments answered ${response.status}`);
  return { kind: 'charged', chargeRef: accepted.parse(await response.json()).id };
}
