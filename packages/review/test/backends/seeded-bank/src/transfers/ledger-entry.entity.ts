import { Column, CreateDateColumn, Entity, Index, JoinColumn, ManyToOne, PrimaryGeneratedColumn } from 'typeorm';
import { Account } from '../accounts/account.entity';

@Entity('ledger_entries')
export class LedgerEntry {
  @PrimaryGeneratedColumn('increment', { type: 'bigint' })
  id: string;

  @Index()
  @Column({ name: 'account_id' })
  accountId: number;

  @Column({ name: 'amount_cents', type: 'bigint', transformer: { to: (v: number) => v, from: Number } })
  amountCents: number;

  @Column({ length: 3, default: 'EUR' })
  currency: string;

  @Column({ name: 'transfer_id', type: 'bigint' })
  transferId: string;

  @CreateDateColumn({ name: 'booked_at' })
  bookedAt: Date;

  @ManyToOne(() => Account, (account) => account.entries, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'account_id' })
  account: Account;
}
