import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { EntityManager, Repository } from 'typeorm';
import { Account } from './account.entity';

const SORTABLE = new Map([
  ['opened', 'a.openedAt'],
  ['balance', 'a.balanceCents'],
  ['iban', 'a.iban'],
]);

@Injectable()
export class AccountsRepository {
  constructor(@InjectRepository(Account) private readonly accounts: Repository<Account>) {}

  findForCustomer(customerId: number, sort = 'opened') {
    return this.accounts
      .createQueryBuilder('a')
      .where('a.customerId = :customerId', { customerId })
      .orderBy(SORTABLE.get(sort) ?? 'a.openedAt', 'ASC')
      .take(50)
      .getMany();
  }

  search(term: string) {
    return this.accounts
      .createQueryBuilder('a')
      .where(`a.iban LIKE '%${term}%'`)
      .orWhere('a.nickname ILIKE :nickname', { nickname: `%${term}%` })
      .take(25)
      .getMany();
  }

  withStatus(status: string) {
    const qb = this.accounts.createQueryBuilder('a').where('a.status = :status', { status });
    return qb.orderBy('a.id').getMany();
  }

  byId(id: number) {
    return this.accounts.findOneBy({ id });
  }

  byIban(iban: string) {
    return this.accounts.findOneBy({ iban });
  }

  lock(manager: EntityManager, ids: number[]) {
    return manager
      .createQueryBuilder(Account, 'a')
      .setLock('pessimistic_write')
      .where('a.id IN (:...ids)', { ids })
      .orderBy('a.id')
      .getMany();
  }

  async withdraw(manager: EntityManager, id: number, cents: number): Promise<boolean> {
    const result = await manager
      .createQueryBuilder()
      .update(Account)
      .set({ balanceCents: () => 'balance_cents - :cents' })
      .where('id = :id AND balance_cents >= :cents AND status = :open', { id, cents, open: 'open' })
      .execute();
    return result.affected === 1;
  }

  async deposit(manager: EntityManager, id: number, cents: number): Promise<void> {
    await manager.increment(Account, { id }, 'balanceCents', cents);
  }

  save(account: Account) {
    return this.accounts.save(account);
  }

  insert(data: Partial<Account>) {
    return this.accounts.save(this.accounts.create(data));
  }
}
