import type { EntityManager } from 'typeorm';
import { OutboxEvent } from './outbox-event.entity';

export type EventTopic = 'trip.planned' | 'trip.finished';

export async function recordEvent(manager: EntityManager, topic: EventTopic, payload: object): Promise<void> {
  await manager.insert(OutboxEvent, { topic, payload });
}
