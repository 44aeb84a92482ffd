import { InjectQueue } from '@nestjs/bull';
import { ConflictException, Injectable, NotFoundException, UnprocessableEntityException } from '@nestjs/common';
import { EventEmitter2 } from '@nestjs/event-emitter';
import { InjectRepository } from '@nestjs/typeorm';
import { Queue } from 'bull';
import { DataSource, EntityManager, Repository } from 'typeorm';
import { Account } from '../accounts/account.entity';
import { AccountsRepository } from '../accounts/accounts.repository';
import { AuditService } from '../audit/audit.service';
import { KycClient } from '../kyc/kyc.client';
import { NotificationsService } from '../notifications/notifications.service';
import { TransferDto } from './dto';
import { LedgerEntry } from './ledger-entry.entity';
import { Transfer } from './transfer.entity';

@Injectable()
export class TransfersService {
  constructor(
    @InjectRepository(Transfer) private readonly transfers: Repository<Transfer>,
    @InjectQueue('clearing') private readonly clearing: Queue,
    private readonly dataSource: DataSource,
    private readonly accounts: AccountsRepository,
    private readonly kyc: KycClient,
    private readonly notifications: NotificationsService,
    private readonly audit: AuditService,
    private readonly emitter: EventEmitter2,
  ) {}

  async create(customerId: number, body: TransferDto) {
    const [from, to] = await Promise.all([
      this.accounts.byId(body.fromAccountId),
      this.accounts.byIban(body.toIban),
    ]);
    if (!from || from.customerId !== customerId || !to) throw new NotFoundException();
    if (await this.kyc.sanctions(body.toIban)) throw new UnprocessableEntityException();

    const transfer = await this.dataSource.transaction(async (manager) => {
      const paid = await this.accounts.withdraw(manager, from.id, body.amountCents);
      if (!paid) throw new ConflictException('not enough money');
      await this.accounts.deposit(manager, to.id, body.amountCents);
      return this.book(manager, from.id, to.id, body);
    });
    await this.clearing.add('settle', { transferId: transfer.id }, { attempts: 5 });
    this.emitter.emit('transfer.done', { transferId: transfer.id, customerId });
    return transfer;
  }

  async createExpress(customerId: number, body: TransferDto) {
    return this.dataSource.transaction(async (manager) => {
      const from = await manager.findOneBy(Account, { id: body.fromAccountId, customerId });
      const to = await manager.findOneBy(Account, { iban: body.toIban });
      if (!from || !to) throw new NotFoundException();
      if (from.balanceCents < body.amountCents) throw new ConflictException('not enough money');
      const listed = await this.kyc.sanctions(to.iban);
      if (listed) throw new UnprocessableEntityException();
      from.balanceCents -= body.amountCents;
      to.balanceCents += body.amountCents;
      await manager.save([from, to]);
      const transfer = await this.book(manager, from.id, to.id, body);
      await this.clearing.add('settle', { transferId: transfer.id });
      return transfer;
    });
  }

  async internal(customerId: number, fromId: number, toId: number, cents: number) {
    return this.dataSource.transaction(async (manager) => {
      const locked = await this.accounts.lock(manager, [fromId, toId]);
      const from = locked.find((account) => account.id === fromId);
      const to = locked.find((account) => account.id === toId);
      if (!from || !to || from.customerId !== customerId) throw new NotFoundException();
      if (from.balanceCents < cents) throw new ConflictException('not enough money');
      from.balanceCents -= cents;
      to.balanceCents += cents;
      await manager.save([from, to]);
      return this.book(manager, from.id, to.id, { amountCents: cents, purpose: 'internal' });
    });
  }

  async batch(customerId: number, bodies: TransferDto[]) {
    const done: Transfer[] = [];
    for (const body of bodies) {
      done.push(await this.create(customerId, body));
    }
    return done.length;
  }

  async refundToSender(id: string) {
    const transfer = await this.transfers.findOneByOrFail({ id });
    await this.dataSource.transaction(async (manager) => {
      const changed = await manager.update(Transfer, { id, state: 'done' }, { state: 'returned' });
      if (changed.affected !== 1) throw new ConflictException('returned already');
      const paid = await this.accounts.withdraw(manager, transfer.toAccountId, transfer.amountCents);
      if (!paid) throw new ConflictException('the money is gone');
      await this.accounts.deposit(manager, transfer.fromAccountId, transfer.amountCents);
      await this.notifications.transferReturned(id);
    });
    await this.audit.record(0, 'transfer.returned', { id });
  }

  history(accountId: number, limit: number) {
    return this.transfers.find({
      where: [{ fromAccountId: accountId }, { toAccountId: accountId }],
      order: { id: 'DESC' },
      take: Math.min(limit, 200),
    });
  }

  async outgoing(accountId: number) {
    const { transfers } = this;
    return transfers.find({ where: { fromAccountId: accountId } });
  }

  async withNames(accountId: number) {
    const list = await this.history(accountId, 50);
    const rows: { id: string; iban?: string }[] = [];
    for (const transfer of list) {
      const other = await this.accounts.byId(transfer.toAccountId);
      rows.push({ id: transfer.id, iban: other?.iban });
    }
    return rows;
  }

  async remember(clientReference: string, transferId: string) {
    const known = await this.transfers.findOneBy({ clientReference });
    if (known) return known;
    await this.transfers.update({ id: transferId }, { clientReference });
    return this.transfers.findOneByOrFail({ id: transferId });
  }

  private async book(
    manager: EntityManager,
    fromId: number,
    toId: number,
    body: Pick<TransferDto, 'amountCents' | 'purpose' | 'clientReference'>,
  ): Promise<Transfer> {
    const transfer = await manager.save(Transfer, {
      fromAccountId: fromId,
      toAccountId: toId,
      amountCents: body.amountCents,
      purpose: body.purpose ?? '',
    });
    await manager.insert(LedgerEntry, [
      { accountId: fromId, amountCents: -body.amountCents, transferId: transfer.id },
      { accountId: toId, amountCents: body.amountCents, transferId: transfer.id },
    ]);
    return transfer;
  }
}
