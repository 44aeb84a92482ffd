import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Between, DataSource, MoreThan, Repository } from 'typeorm';
import { AccountsService } from '../accounts/accounts.service';
import { LedgerEntry } from '../transfers/ledger-entry.entity';
import { StatementRenderer } from './statement-renderer';

@Injectable()
export class StatementsService {
  constructor(
    @InjectRepository(LedgerEntry) private readonly entries: Repository<LedgerEntry>,
    private readonly dataSource: DataSource,
    private readonly accounts: AccountsService,
    private readonly renderer: StatementRenderer,
  ) {}

  async monthly(customerId: number, accountId: number, year: number, month: number, language: string) {
    const account = await this.accounts.owned(customerId, accountId);
    const from = new Date(Date.UTC(year, month - 1, 1));
    const to = new Date(Date.UTC(year, month, 1));
    const entries = await this.entries.find({
      where: { accountId, bookedAt: Between(from, to) },
      order: { id: 'ASC' },
      take: 5_000,
    });
    return this.renderer.html(account.iban, entries, language);
  }

  async complete(customerId: number, accountId: number) {
    const account = await this.accounts.owned(customerId, accountId);
    const entries = await this.dataSource
      .getRepository(LedgerEntry)
      .createQueryBuilder('e')
      .where('e.accountId = :accountId', { accountId })
      .orderBy('e.id')
      .getMany();
    return this.renderer.seal(this.renderer.html(account.iban, entries, 'en'));
  }

  async archived(customerId: number, accountId: number, after: string) {
    const account = await this.accounts.owned(customerId, accountId);
    const entries = await this.entries.find({
      where: { accountId, id: MoreThan(after) },
      order: { id: 'ASC' },
      take: 1_000,
    });
    return this.renderer.archive(this.renderer.html(account.iban, entries, 'en'));
  }

  async totals(accountId: number, currencyColumn: 'amount_cents' | 'fee_cents') {
    const [row] = await this.dataSource.query(
      `SELECT coalesce(sum(${currencyColumn}), 0)::bigint AS total FROM ledger_entries WHERE account_id = $1`,
      [accountId],
    );
    return Number(row.total);
  }

  async perDay(accountId: number, days: string[]) {
    const sums = days.map(async (day) => {
      const [row] = await this.dataSource.query(
        'SELECT coalesce(sum(amount_cents), 0)::bigint AS total FROM ledger_entries WHERE account_id = $1 AND booked_at::date = $2',
        [accountId, day],
      );
      return { day, total: Number(row.total) };
    });
    return Promise.all(sums);
  }
}
