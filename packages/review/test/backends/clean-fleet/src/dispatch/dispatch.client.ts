import { Injectable } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import type { Env } from '../config/env.schema';

const TOKEN_HEADER = 'x-dispatch-token';
const TIMEOUT_MS = 3_000;

export class DispatchError extends Error {}

@Injectable()
export class DispatchClient {
  private readonly url: string;
  private readonly token: string;

  constructor(config: ConfigService<Env, true>) {
    this.url = config.get('DISPATCH_WEBHOOK_URL', { infer: true });
    this.token = config.get('DISPATCH_WEBHOOK_TOKEN', { infer: true });
  }

  static isDispatchError(error: unknown): error is DispatchError {
    return error instanceof DispatchError;
  }

  notifyStarted(tripId: string, driverId: string): Promise<void> {
    return this.post('trip-started', { tripId, driverId });
  }

  notifyFree(vehicleId: string): Promise<void> {
    return this.post('vehicle-free', { vehicleId });
  }

  publish(topic: string, payload: object, eventId: string): Promise<void> {
    return this.post('event', { eventId, topic, payload });
  }

  private async post(hook: string, body: object): Promise<void> {
    try {
      const response = await fetch(`${this.url}/${hook}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', [TOKEN_HEADER]: this.token },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      if (!response.ok) throw new Error(`answered ${response.status}`);
    } catch (error) {
      throw new DispatchError(`Dispatch hook ${hook} failed`, { cause: error });
    }
  }
}
