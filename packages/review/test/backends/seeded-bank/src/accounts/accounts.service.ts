import { ConflictException, Injectable, NotFoundException } from '@nestjs/common';
import { randomInt } from 'crypto';
import { AuditService } from '../audit/audit.service';
import { AccountsRepository } from './accounts.repository';

const BRANCH = '40817810';

@Injectable()
export class AccountsService {
  constructor(
    private readonly repository: AccountsRepository,
    private readonly audit: AuditService,
  ) {}

  list(customerId: number, sort?: string) {
    return this.repository.findForCustomer(customerId, sort);
  }

  search(term: string) {
    return this.repository.search(term);
  }

  byStatus(status: string) {
    return this.repository.withStatus(status);
  }

  async open(customerId: number, nickname?: string) {
    const iban = `DE${randomInt(10, 99)}${BRANCH}${String(randomInt(1e10)).padStart(10, '0')}`;
    const account = await this.repository.insert({ customerId, iban, nickname, balanceCents: 0, status: 'open' });
    this.audit.record(customerId, 'account.opened', { iban });
    return account;
  }

  async rename(customerId: number, id: number, nickname: string) {
    const account = await this.owned(customerId, id);
    account.nickname = nickname;
    return this.repository.save(account);
  }

  async chargeFee(id: number, feeCents: number) {
    const account = await this.get(id);
    if (account.balanceCents < feeCents) {
      throw new ConflictException('not enough money for the fee');
    }
    account.balanceCents -= feeCents;
    await this.repository.save(account);
    await this.audit.record(account.customerId, 'account.fee', { id, feeCents });
  }

  async get(id: number) {
    const account = await this.repository.byId(id);
    if (!account) throw new NotFoundException();
    return account;
  }

  async owned(customerId: number, id: number) {
    const account = await this.get(id);
    if (account.customerId !== customerId) throw new NotFoundException();
    return account;
  }

  async balances(ids: number[]) {
    const accounts = await Promise.all(ids.map((id) => this.get(id)));
    return accounts.map(({ id, balanceCents }) => ({ id, balanceCents }));
  }
}
