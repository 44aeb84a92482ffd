import { Injectable, Logger } from '@nestjs/common';
import { Cron, CronExpression } from '@nestjs/schedule';
import { InjectRepository } from '@nestjs/typeorm';
import { IsNull, Repository } from 'typeorm';
import { DispatchClient } from '../dispatch/dispatch.client';
import { OutboxEvent } from './outbox-event.entity';

const CLAIM = `
  UPDATE outbox_events
     SET attempts = attempts + 1,
         available_at = now() + least(interval '1 hour', interval '30 seconds' * power(2, attempts))
   WHERE id IN (
     SELECT id FROM outbox_events
      WHERE sent_at IS NULL AND available_at <= now() AND attempts < $1
      ORDER BY available_at
      LIMIT $2
      FOR UPDATE SKIP LOCKED)
  RETURNING id, topic, payload`;

const MAX_ATTEMPTS = 12;
const BATCH = 50;

type Claimed = Pick<OutboxEvent, 'id' | 'topic' | 'payload'>;

@Injectable()
export class OutboxService {
  private readonly logger = new Logger(OutboxService.name);
  private running = false;

  constructor(
    @InjectRepository(OutboxEvent) private readonly events: Repository<OutboxEvent>,
    private readonly dispatch: DispatchClient,
  ) {}

  @Cron(CronExpression.EVERY_5_SECONDS)
  async flush(): Promise<void> {
    if (this.running) return;
    this.running = true;
    try {
      const [claimed] = (await this.events.query(CLAIM, [MAX_ATTEMPTS, BATCH])) as [Claimed[], number];
      const results = await Promise.allSettled(claimed.map((event) => this.send(event)));
      const failed = results.filter((result) => result.status === 'rejected').length;
      if (failed > 0) this.logger.warn(`${failed} of ${claimed.length} events were not sent`);
    } catch (error) {
      this.logger.error('The outbox could not be read', error);
    } finally {
      this.running = false;
    }
  }

  private async send(event: Claimed): Promise<void> {
    await this.dispatch.publish(event.topic, event.payload, event.id);
    await this.events.update({ id: event.id, sentAt: IsNull() }, { sentAt: new Date() });
  }
}
