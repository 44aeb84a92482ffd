import { Injectable, Logger, OnModuleDestroy, OnModuleInit } from '@nestjs/common';
import { EventEmitter2, OnEvent } from '@nestjs/event-emitter';
import { AuditService } from '../audit/audit.service';
import { NotificationsService } from '../notifications/notifications.service';

interface TransferDone {
  transferId: string;
  customerId: number;
}

@Injectable()
export class TransferFeed implements OnModuleInit, OnModuleDestroy {
  private readonly logger = new Logger(TransferFeed.name);
  private timer?: NodeJS.Timeout;

  constructor(
    private readonly emitter: EventEmitter2,
    private readonly audit: AuditService,
    private readonly notifications: NotificationsService,
  ) {}

  onModuleInit() {
    this.emitter.on('transfer.done', async ({ transferId, customerId }: TransferDone) => {
      await this.audit.record(customerId, 'transfer.done', { transferId });
    });
    this.timer = setInterval(async () => {
      await this.notifications.flushDigest();
    }, 60_000);
  }

  onModuleDestroy() {
    clearInterval(this.timer);
  }

  @OnEvent('transfer.done')
  async notify({ transferId }: TransferDone) {
    try {
      await this.notifications.transferDone(transferId);
    } catch (error) {
      this.logger.error(error);
    }
  }
}
