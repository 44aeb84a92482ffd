import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { DataSource, LessThan, Repository } from 'typeorm';
import { AuditEvent } from './audit-event.entity';

@Injectable()
export class AuditService {
  constructor(
    @InjectRepository(AuditEvent) private readonly events: Repository<AuditEvent>,
    private readonly dataSource: DataSource,
  ) {}

  async record(customerId: number, action: string, detail?: Record<string, unknown>): Promise<void> {
    await this.events.insert({ customerId, action, detail: detail as never });
  }

  page(customerId: number, before?: string) {
    return this.events.find({
      where: before ? { customerId, id: LessThan(before) } : { customerId },
      order: { id: 'DESC' },
      take: 100,
    });
  }

  everything(customerId: number) {
    return this.events.find({ where: { customerId }, order: { id: 'ASC' } });
  }

  byAction(action: string, day: string) {
    const from = `${day} 00:00`;
    return this.dataSource.query(
      `SELECT customer_id, count(*)::int AS times FROM audit_events
       WHERE action = $1 AND created_at >= $2 GROUP BY customer_id ORDER BY times DESC LIMIT 50`,
      [action, from],
    );
  }

  detailContains(key: string, value: string) {
    const condition = "detail ->> '" + key + "' = $1";
    return this.dataSource.query('SELECT id, action FROM audit_events WHERE ' + condition + ' LIMIT 100', [value]);
  }
}
